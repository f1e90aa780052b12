import {
  FieldPath,
  type FieldError,
  duplicate,
  invalid,
  isQualifiedName,
  notSupported,
  required,
  validateConditions,
} from '@typekube/apimachinery';
import type { admissionregistrationv1 } from '../../../types';
import { validateMatchConstraints } from '../../../shared/admission-policy/match-resources';
import { validateParamKind } from '../../../shared/admission-policy/params';
import { validateFailurePolicy } from '../../../shared/admission-policy/policy';
import { validateVariable } from '../../../shared/admission-policy/variables';
import { invalidEach } from '../../../shared/fields/field-rules';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { byteLength, hasLineBreaks, trimmed } from '../../../shared/text/text';
import { validateMatchConditions } from '../../../shared/webhook/match-conditions';

type Policy = admissionregistrationv1.ValidatingAdmissionPolicy;
type Spec = admissionregistrationv1.ValidatingAdmissionPolicySpec;

const MAX_AUDIT_ANNOTATIONS = 20;
const MAX_VALUE_EXPRESSION = 5 * 1024;
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const NOTHING_TO_DO = 'validations or auditAnnotations must contain at least one item';

/** The rules of a new ValidatingAdmissionPolicy. Its expressions are not compiled. */
export function validateValidatingAdmissionPolicy(object: Policy): FieldError[] {
  return validateSpec(object, { ignoreMatchConditions: false });
}

/** The rules of a changed ValidatingAdmissionPolicy. Match conditions that did not change are not checked again. */
export function validateValidatingAdmissionPolicyUpdate(object: Policy, old: Policy): FieldError[] {
  const ignoreMatchConditions =
    semanticEqual(object.spec?.paramKind, old.spec?.paramKind) &&
    semanticEqual(object.spec?.matchConditions, old.spec?.matchConditions);
  return validateSpec(object, { ignoreMatchConditions });
}

/** The rules of its status: warnings of the type checker that name a field, and conditions. */
export function validateValidatingAdmissionPolicyStatus(object: Policy): FieldError[] {
  const path = FieldPath.of('status');
  const warnings = object.status?.typeChecking?.expressionWarnings ?? [];
  return [
    ...warnings.flatMap((warning, i) => validateWarning(warning, path.child('typeChecking', 'expressionWarnings').index(i))),
    ...validateConditions(object.status?.conditions ?? [], path.child('conditions')),
  ];
}

function validateSpec(object: Policy, options: { ignoreMatchConditions: boolean }): FieldError[] {
  const spec: Spec = object.spec ?? {};
  const path = FieldPath.of('spec');
  return [
    ...validateFailurePolicy(spec.failurePolicy, path.child('failurePolicy')),
    ...(spec.paramKind ? validateParamKind(spec.paramKind, path.child('paramKind')) : []),
    ...validateMatchConstraints(spec.matchConstraints, path.child('matchConstraints')),
    ...(options.ignoreMatchConditions ? [] : validateMatchConditions(spec.matchConditions, path.child('matchConditions'))),
    ...(spec.variables ?? []).flatMap((variable, i) => validateVariable(variable, path.child('variables').index(i))),
    ...validateWork(object.metadata.name ?? '', spec, path),
  ];
}

function validateWork(policyName: string, spec: Spec, path: FieldPath): FieldError[] {
  const validations = spec.validations ?? [];
  const annotations = spec.auditAnnotations ?? [];
  if (validations.length === 0 && annotations.length === 0) {
    return [required(path.child('validations'), NOTHING_TO_DO), required(path.child('auditAnnotations'), NOTHING_TO_DO)];
  }
  return [
    ...validations.flatMap((validation, i) => validateValidation(validation, path.child('validations').index(i))),
    ...validateAuditAnnotations(policyName, annotations, path.child('auditAnnotations')),
  ];
}

function validateValidation(validation: admissionregistrationv1.Validation, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (trimmed(validation.expression) === '') errors.push(required(path.child('expression'), 'expression is not specified'));
  const { messageExpression, message, reason } = validation;
  if (messageExpression && trimmed(messageExpression) === '') {
    errors.push(invalid(path.child('messageExpression'), messageExpression, 'must be non-empty if specified'));
  }
  errors.push(...validateMessage(message, path.child('message')));
  if (reason !== undefined && !REASONS.includes(reason)) errors.push(notSupported(path.child('reason'), reason, REASONS));
  return errors;
}

function validateMessage(message: string | undefined, path: FieldPath): FieldError[] {
  if (!message) return [];
  if (trimmed(message) === '') return [invalid(path, message, 'message must be non-empty if specified')];
  return hasLineBreaks(trimmed(message)) ? [invalid(path, message, 'message must not contain line breaks')] : [];
}

function validateAuditAnnotations(
  policyName: string,
  annotations: readonly admissionregistrationv1.AuditAnnotation[],
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (annotations.length > MAX_AUDIT_ANNOTATIONS) {
    errors.push(invalid(path, annotations, `must not have more than ${MAX_AUDIT_ANNOTATIONS} auditAnnotations`));
  }
  const keys = new Set<string>();
  annotations.forEach((annotation, i) => {
    errors.push(...validateAuditAnnotation(policyName, annotation, path.index(i)));
    if (keys.has(annotation.key)) errors.push(duplicate(path.index(i).child('key'), annotation.key));
    keys.add(annotation.key);
  });
  return errors;
}

function validateAuditAnnotation(
  policyName: string,
  annotation: admissionregistrationv1.AuditAnnotation,
  path: FieldPath,
): FieldError[] {
  const key = annotation.key ?? '';
  const name = `${policyName}/${key}`;
  const errors = policyName
    ? invalidEach(path.child('key'), name, isQualifiedName(name))
    : [invalid(path.child('key'), key, 'requires metadata.name be non-empty')];
  const expression = trimmed(annotation.valueExpression);
  const valuePath = path.child('valueExpression');
  if (expression === '') return [...errors, required(valuePath, 'valueExpression is not specified')];
  if (byteLength(expression) <= MAX_VALUE_EXPRESSION) return errors;
  return [...errors, required(valuePath, `must not exceed ${MAX_VALUE_EXPRESSION} bytes in length`)];
}

function validateWarning(warning: admissionregistrationv1.ExpressionWarning, path: FieldPath): FieldError[] {
  return [
    ...(warning.warning ? [] : [required(path.child('warning'))]),
    ...(trimmed(warning.fieldRef) === '' ? [required(path.child('fieldRef'))] : []),
  ];
}
