import { FieldPath, invalid, type FieldError } from '@typekube/apimachinery';
import { NOT_NEGATIVE } from '../../../shared/fields/field-rules';
import type { autoscalingv1 } from '../../../types';

/** The body of a `scale` subresource. */
export function validateScale({ spec = {} }: autoscalingv1.Scale): FieldError[] {
  const { replicas = 0 } = spec;
  return replicas < 0 ? [invalid(FieldPath.of('spec', 'replicas'), replicas, NOT_NEGATIVE)] : [];
}
