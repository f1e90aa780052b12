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
import { validateVariables } from '../../../shared/admission-policy/expressions';
import { cel } from '../../../shared/cel/cel';
import { type ExpressionRules, validateCompiles } from '../../../shared/cel/compiles';
import { invalidEach } from '../../../shared/fields/field-rules';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { byteLength, hasLineBreaks, trimmed } from '../../../shared/text/text';
import { validateMatchConditions } from '../../../shared/webhook/match-conditions';

type Policy = admissionregistrationv1.ValidatingAdmissionPolicy;
type Spec = admissionregistrationv1.ValidatingAdmissionPolicySpec;
type Environment = ExpressionRules['environment'];

const MAX_AUDIT_ANNOTATIONS = 20;
const MAX_VALUE_EXPRESSION = 5 * 1024;
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const NOTHING_TO_DO = 'validations or auditAnnotations must contain at least one item';

/** The rules of a new ValidatingAdmissionPolicy. */
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
  const scope = { hasParams: spec.paramKind !== undefined, isPolicy: true };
  const variables = validateVariables(spec.variables, path.child('variables'), scope);
  return [
    ...validateFailurePolicy(spec.failurePolicy, path.child('failurePolicy')),
    ...(spec.paramKind ? validateParamKind(spec.paramKind, path.child('paramKind')) : []),
    ...validateMatchConstraints(spec.matchConstraints, path.child('matchConstraints')),
    ...(options.ignoreMatchConditions ? [] : validateMatchConditions(spec.matchConditions, path.child('matchConditions'), scope)),
    ...variables.errors,
    ...validateWork(object, path, variables.environment),
  ];
}

function validateWork({ metadata, spec }: { readonly metadata: Policy['metadata']; readonly spec?: Spec }, path: FieldPath, environment: Environment): FieldError[] {
  const validations = spec?.validations ?? [];
  const annotations = spec?.auditAnnotations ?? [];
  const policyName = metadata.name ?? '';
  if (validations.length === 0 && annotations.length === 0) {
    return [required(path.child('validations'), NOTHING_TO_DO), required(path.child('auditAnnotations'), NOTHING_TO_DO)];
  }
  return [
    ...validations.flatMap((validation, i) => validateValidation(validation, path.child('validations').index(i), environment)),
    ...validateAuditAnnotations({ policyName, environment }, annotations, path.child('auditAnnotations')),
  ];
}

function validateValidation(validation: admissionregistrationv1.Validation, path: FieldPath, environment: Environment): FieldError[] {
  const errors: FieldError[] = [];
  const { expression, messageExpression, message, reason } = validation;
  const at = path.child('expression');
  const { BOOL, STRING } = cel();
  if (trimmed(expression) === '') errors.push(required(at, 'expression is not specified'));
  else errors.push(...validateCompiles(expression, at, { environment, types: [BOOL] }));
  const messagePath = path.child('messageExpression');
  if (messageExpression && trimmed(messageExpression) === '') errors.push(invalid(messagePath, messageExpression, 'must be non-empty if specified'));
  else if (messageExpression) errors.push(...validateCompiles(messageExpression, messagePath, { environment, types: [STRING] }));
  errors.push(...validateMessage(message, path.child('message')));
  if (reason !== undefined && !REASONS.includes(reason)) errors.push(notSupported(path.child('reason'), reason, REASONS));
  return errors;
}

function validateMessage(message: string | undefined, path: FieldPath): FieldError[] {
  if (!message) return [];
  if (trimmed(message) === '') return [invalid(path, message, 'message must be non-empty if specified')];
  return hasLineBreaks(trimmed(message)) ? [invalid(path, message, 'message must not contain line breaks')] : [];
}

/** What the annotations of a policy are checked with. */
interface AnnotationScope {
  readonly policyName: string;
  readonly environment: Environment;
}

function validateAuditAnnotations(
  scope: AnnotationScope,
  annotations: readonly admissionregistrationv1.AuditAnnotation[],
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (annotations.length > MAX_AUDIT_ANNOTATIONS) {
    errors.push(invalid(path, annotations, `must not have more than ${MAX_AUDIT_ANNOTATIONS} auditAnnotations`));
  }
  const keys = new Set<string>();
  annotations.forEach((annotation, i) => {
    errors.push(...validateAuditAnnotation(scope, annotation, path.index(i)));
    if (keys.has(annotation.key)) errors.push(duplicate(path.index(i).child('key'), annotation.key));
    keys.add(annotation.key);
  });
  return errors;
}

function validateAuditAnnotation(
  { policyName, environment }: AnnotationScope,
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
  if (byteLength(expression) <= MAX_VALUE_EXPRESSION) {
    const { STRING, NULL } = cel();
    return [...errors, ...validateCompiles(annotation.valueExpression, valuePath, { environment, types: [STRING, NULL] })];
  }
  return [...errors, required(valuePath, `must not exceed ${MAX_VALUE_EXPRESSION} bytes in length`)];
}

function validateWarning(warning: admissionregistrationv1.ExpressionWarning, path: FieldPath): FieldError[] {
  return [
    ...(warning.warning ? [] : [required(path.child('warning'))]),
    ...(trimmed(warning.fieldRef) === '' ? [required(path.child('fieldRef'))] : []),
  ];
}
