import { FieldPath, isDNS1123Subdomain, required, validateConditions, type FieldError } from '@typekube/apimachinery';
import { invalidEach, isMissing, validateImmutable } from '../../../shared/fields/field-rules';
import type { schedulingv1alpha2 } from '../../../types';
import { validateScheduling, validateShortName } from './validate-scheduling';

type PodGroup = schedulingv1alpha2.PodGroup;

const SPEC = FieldPath.of('spec');
const STATUS = FieldPath.of('status');

export function validatePodGroup({ spec }: PodGroup): FieldError[] {
  const reference = spec?.podGroupTemplateRef;
  const referenceErrors = reference ? validateTemplateReference(reference, SPEC.child('podGroupTemplateRef')) : [];
  return [...referenceErrors, ...validateScheduling(spec ?? {}, SPEC)];
}

/** Nothing in the spec may change. */
export function validatePodGroupUpdate({ spec }: PodGroup, old: PodGroup): FieldError[] {
  const fields = [
    'podGroupTemplateRef',
    'schedulingPolicy',
    'schedulingConstraints',
    'resourceClaims',
    'disruptionMode',
    'priorityClassName',
    'priority',
  ] as const;
  return fields.flatMap((field) => validateImmutable(spec?.[field], old.spec?.[field], SPEC.child(field)));
}

export function validatePodGroupStatusUpdate({ status = {} }: PodGroup): FieldError[] {
  const path = STATUS.child('resourceClaimStatuses');
  const claims = (status.resourceClaimStatuses ?? []).flatMap(({ resourceClaimName: name }, i) =>
    isMissing(name) ? [] : invalidEach(path.index(i).child('resourceClaimName'), name, isDNS1123Subdomain(name)),
  );
  return [...validateConditions(status.conditions, STATUS.child('conditions')), ...claims];
}

function validateTemplateReference({ workload }: schedulingv1alpha2.PodGroupTemplateReference, path: FieldPath): FieldError[] {
  const at = path.child('workload');
  if (!workload) return [required(at)];
  return [
    ...validateShortName(workload.workloadName, at.child('workloadName')),
    ...validateShortName(workload.podGroupTemplateName, at.child('podGroupTemplateName')),
  ];
}
