import { type FieldError, FieldPath } from '@typekube/apimachinery';
import { validateImmutable, validateNonnegativeField } from '../../../shared/fields/field-rules';
import { withoutStored } from '../../../shared/fields/ratchet';
import { validateCounters, validatePartsOfReplicas } from '../../../shared/pod-template/replica-status';
import { validateWorkloadSelector } from '../../../shared/pod-template/validate-selector';
import type { appsv1 } from '../../../types';
import { validateReplicaSetTemplate } from '../deployment/validate';

const SPEC = FieldPath.of('spec');

/** As ValidateReplicaSet. The error about an empty selector speaks of a deployment upstream too. */
export function validate(object: appsv1.ReplicaSet): FieldError[] {
  const spec: Partial<appsv1.ReplicaSetSpec> = object.spec ?? {};
  return [
    ...validateNonnegativeField(spec.replicas ?? 0, SPEC.child('replicas')),
    ...validateNonnegativeField(spec.minReadySeconds ?? 0, SPEC.child('minReadySeconds')),
    ...validateWorkloadSelector(spec.selector, SPEC.child('selector'), 'deployment'),
    ...validateReplicaSetTemplate(spec, SPEC),
  ];
}

export function validateUpdate(object: appsv1.ReplicaSet, old: appsv1.ReplicaSet): FieldError[] {
  const errors = withoutStored(validate(object), () => validate(old));
  return [...errors, ...validateImmutable(object.spec?.selector, old.spec?.selector, SPEC.child('selector'))];
}

export function validateStatusUpdate({ status }: appsv1.ReplicaSet): FieldError[] {
  if (!status) return [];
  const path = FieldPath.of('status');
  return [
    ...validateCounters(status, path, [
      'replicas',
      'fullyLabeledReplicas',
      'readyReplicas',
      'availableReplicas',
      'observedGeneration',
    ]),
    ...validatePartsOfReplicas(status, path, { parts: ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] }),
  ];
}
