import { duplicate, FieldPath, nameIsDNSLabel, validateLabels, type FieldError } from '@typekube/apimachinery';
import { invalidEach, validateImmutable } from '../../../shared/fields/field-rules';
import { validateContainerResources } from '../../../shared/pod-template/validate-resources';
import { validateTolerations } from '../../../shared/pod-template/validate-tolerations';
import type { corev1, nodev1 } from '../../../types';

const HANDLER = FieldPath.of('handler');
const SCHEDULING = FieldPath.of('scheduling');

export function validateRuntimeClass({ handler = '', overhead, scheduling }: nodev1.RuntimeClass): FieldError[] {
  const errors = invalidEach(HANDLER, handler, nameIsDNSLabel(handler, false));
  if (overhead) errors.push(...validateContainerResources({ limits: overhead.podFixed }, FieldPath.of('overhead')));
  if (!scheduling) return errors;
  return [
    ...errors,
    ...validateLabels(scheduling.nodeSelector, SCHEDULING.child('nodeSelector')),
    ...validateTolerations(scheduling.tolerations ?? [], SCHEDULING.child('tolerations')),
    ...validateUniqueTolerations(scheduling.tolerations ?? [], SCHEDULING.child('tolerations')),
  ];
}

/** Tolerations that differ in their seconds only are the same one. */
function validateUniqueTolerations(tolerations: readonly corev1.Toleration[], path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return tolerations.flatMap((toleration, i) => {
    const { key = '', operator = '', value = '', effect = '' } = toleration;
    const identity = JSON.stringify([key, operator, value, effect]);
    const isKnown = seen.has(identity);
    seen.add(identity);
    return isKnown ? [duplicate(path.index(i), toleration)] : [];
  });
}

export function validateRuntimeClassUpdate(runtimeClass: nodev1.RuntimeClass, old: nodev1.RuntimeClass): FieldError[] {
  return validateImmutable(runtimeClass.handler, old.handler, HANDLER);
}
