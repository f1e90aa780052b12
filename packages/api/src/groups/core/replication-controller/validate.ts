import { type FieldError, FieldPath, required, selectorFromSet } from '@typekube/apimachinery';
import { validateNonnegativeField } from '../../../shared/fields/field-rules';
import { validateCounters, validatePartsOfReplicas } from '../../../shared/pod-template/replica-status';
import {
  validatePodTemplate,
  validateRunsForever,
  validateTemplateMatches,
} from '../../../shared/pod-template/validate-pod-template';
import type { corev1 } from '../../../types';

/** As ValidateReplicationController; the same rules hold for updates. */
export function validate(object: corev1.ReplicationController): FieldError[] {
  const path = FieldPath.of('spec');
  const { minReadySeconds = 0, replicas = 0, selector = {}, template } = object.spec ?? {};
  const templatePath = path.child('template');
  return [
    ...validateNonnegativeField(minReadySeconds, path.child('minReadySeconds')),
    ...(Object.keys(selector).length > 0 ? [] : [required(path.child('selector'))]),
    ...validateNonnegativeField(replicas, path.child('replicas')),
    ...(template
      ? [
          ...validateTemplateMatches(template, selectorFromSet(selector), templatePath),
          ...validatePodTemplate(template, templatePath),
          ...validateRunsForever(template, templatePath, 'ReplicationController'),
        ]
      : [required(templatePath)]),
  ];
}

export function validateStatusUpdate({ status }: corev1.ReplicationController): FieldError[] {
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
