import { type FieldError, type FieldPath, invalid, notSupported, required } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../../../../types';
import { hasLineBreaks, trimmed } from '../../../../shared/text/text';
import type { JsonSchema } from './children';

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

/** The form of CEL rules. */
export function validateRules(schema: JsonSchema, path: FieldPath): FieldError[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((rule, i) => validateRule(rule, path.child('x-kubernetes-validations').index(i)));
}

function validateRule(rule: apiextensionsv1.ValidationRule, path: FieldPath): FieldError[] {
  const { messageExpression, reason, fieldPath } = rule;
  const errors = validateText(rule, path);
  if (messageExpression && trimmed(messageExpression) === '') {
    errors.push(required(path.child('messageExpression'), 'messageExpression must be non-empty if specified'));
  }
  if (reason !== undefined && !REASONS.includes(reason)) errors.push(notSupported(path.child('reason'), reason, REASONS));
  if (fieldPath && trimmed(fieldPath) === '') {
    errors.push(invalid(path.child('fieldPath'), fieldPath, 'must be non-empty if specified'));
  }
  if (fieldPath && hasLineBreaks(fieldPath)) {
    errors.push(invalid(path.child('fieldPath'), fieldPath, 'must not contain line breaks'));
  }
  return errors;
}

function validateText({ rule, message }: apiextensionsv1.ValidationRule, path: FieldPath): FieldError[] {
  const text = trimmed(message);
  const messagePath = path.child('message');
  if (trimmed(rule) === '') return [required(path.child('rule'), 'rule is not specified')];
  if (message && text === '') return [invalid(messagePath, message, 'must be non-empty if specified')];
  if (hasLineBreaks(text)) return [invalid(messagePath, message, 'must not contain line breaks')];
  if (!hasLineBreaks(trimmed(rule)) || text !== '') return [];
  return [required(messagePath, 'message must be specified if rule contains line breaks')];
}
