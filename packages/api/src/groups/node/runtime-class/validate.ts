import { FieldPath, nameIsDNSLabel, validateLabels, type FieldError } from '@typekube/apimachinery';
import { invalidEach, validateImmutable } from '../../../shared/fields/field-rules';
import { validateContainerResources } from '../../../shared/pod-template/validate-resources';
import { validateTolerations } from '../../../shared/pod-template/validate-tolerations';
import type { nodev1 } from '../../../types';

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
  ];
}

export function validateRuntimeClassUpdate(runtimeClass: nodev1.RuntimeClass, old: nodev1.RuntimeClass): FieldError[] {
  return validateImmutable(runtimeClass.handler, old.handler, HANDLER);
}
