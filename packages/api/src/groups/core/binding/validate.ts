import { FieldPath, notSupported, required, type FieldError } from '@typekube/apimachinery';
import { isMissing } from '../../../shared/fields/field-rules';
import type { corev1 } from '../../../types';

/** The body of a pod's `binding`: it must name a node. */
export function validateBinding(binding: corev1.Binding): FieldError[] {
  const errors: FieldError[] = [];
  const { kind, name } = binding.target ?? {};
  if (!isMissing(kind) && kind !== 'Node') {
    errors.push(notSupported(FieldPath.of('target', 'kind'), kind, ['Node', '<empty>']));
  }
  if (isMissing(name)) errors.push(required(FieldPath.of('target', 'name')));
  return errors;
}
