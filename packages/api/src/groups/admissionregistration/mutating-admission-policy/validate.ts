import { FieldPath, type FieldError, invalid, notSupported, required } from '@typekube/apimachinery';
import type { admissionregistrationv1beta1 } from '../../../types';
import { validateMatchConstraints, validateMutableOperations } from '../../../shared/admission-policy/match-resources';
import { validateParamKind } from '../../../shared/admission-policy/params';
import { validateFailurePolicy } from '../../../shared/admission-policy/policy';
import { validateVariables } from '../../../shared/admission-policy/expressions';
import { cel } from '../../../shared/cel/cel';
import { type ExpressionRules, validateCompiles } from '../../../shared/cel/compiles';
import { validateRequiredEnum } from '../../../shared/fields/field-rules';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { trimmed } from '../../../shared/text/text';
import { validateMatchConditions } from '../../../shared/webhook/match-conditions';

type Policy = admissionregistrationv1beta1.MutatingAdmissionPolicy;
type Environment = ExpressionRules['environment'];

const REINVOCATION_POLICIES = ['IfNeeded', 'Never'];
const PATCH_TYPES = ['ApplyConfiguration', 'JSONPatch'];

/** The rules of a new MutatingAdmissionPolicy. */
export function validateMutatingAdmissionPolicy(object: Policy): FieldError[] {
  return validateSpec(object, { ignoreMatchConditions: false });
}

/** The rules of a changed MutatingAdmissionPolicy. Match conditions that did not change are not checked again. */
export function validateMutatingAdmissionPolicyUpdate(object: Policy, old: Policy): FieldError[] {
  const ignoreMatchConditions =
    semanticEqual(object.spec?.paramKind, old.spec?.paramKind) &&
    semanticEqual(object.spec?.matchConditions, old.spec?.matchConditions);
  return validateSpec(object, { ignoreMatchConditions });
}

function validateSpec(object: Policy, options: { ignoreMatchConditions: boolean }): FieldError[] {
  const spec: admissionregistrationv1beta1.MutatingAdmissionPolicySpec = object.spec ?? {};
  const path = FieldPath.of('spec');
  const scope = { hasParams: spec.paramKind !== undefined, isPolicy: true, isMutating: true };
  const variables = validateVariables(spec.variables, path.child('variables'), scope);
  return [
    ...validateFailurePolicy(spec.failurePolicy, path.child('failurePolicy')),
    ...(spec.paramKind ? validateParamKind(spec.paramKind, path.child('paramKind')) : []),
    ...validateMatchConstraints(spec.matchConstraints, path.child('matchConstraints')),
    ...validateMutableOperations(spec.matchConstraints, path.child('matchConstraints')),
    ...(options.ignoreMatchConditions ? [] : validateMatchConditions(spec.matchConditions, path.child('matchConditions'), scope)),
    ...variables.errors,
    ...validateMutations(spec.mutations ?? [], path.child('mutations'), variables.environment),
    ...validateRequiredEnum(spec.reinvocationPolicy, path.child('reinvocationPolicy'), REINVOCATION_POLICIES),
  ];
}

function validateMutations(mutations: readonly admissionregistrationv1beta1.Mutation[], path: FieldPath, environment: Environment): FieldError[] {
  if (mutations.length === 0) return [required(path, 'mutations must contain at least one item')];
  return mutations.flatMap((mutation, i) => [...validateMutation(mutation, path.index(i)), ...validateExpressions(mutation, path.index(i), environment)]);
}

function validateMutation(mutation: admissionregistrationv1beta1.Mutation, path: FieldPath): FieldError[] {
  const { patchType, applyConfiguration, jsonPatch } = mutation;
  const apply = { field: 'applyConfiguration', patch: applyConfiguration };
  const json = { field: 'jsonPatch', patch: jsonPatch };
  if (patchType === 'ApplyConfiguration') return validatePatch(patchType, apply, json, path);
  if (patchType === 'JSONPatch') return validatePatch(patchType, json, apply, path);
  return patchType ? [notSupported(path.child('patchType'), patchType, PATCH_TYPES)] : [required(path.child('patchType'))];
}

function validateExpressions({ patchType, applyConfiguration, jsonPatch }: admissionregistrationv1beta1.Mutation, path: FieldPath, environment: Environment): FieldError[] {
  if (patchType === 'ApplyConfiguration') {
    return validateExpression(applyConfiguration?.expression, path.child('applyConfiguration', 'expression'), { environment, types: [cel().CONFIGURATION] });
  }
  if (patchType !== 'JSONPatch') return [];
  return validateExpression(jsonPatch?.expression, path.child('jsonPatch', 'expression'), { environment, types: [cel().PATCHES] });
}

function validateExpression(expression: string | undefined, path: FieldPath, rules: ExpressionRules): FieldError[] {
  return expression && trimmed(expression) !== '' ? validateCompiles(expression, path, rules) : [];
}

interface Patch {
  readonly field: string;
  readonly patch: { readonly expression?: string } | undefined;
}

function validatePatch(patchType: string, chosen: Patch, other: Patch, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (other.patch) {
    errors.push(invalid(path.child(other.field), `{${other.field}}`, `must not be specified when patchType is ${patchType}`));
  }
  if (!chosen.patch) return [...errors, required(path.child(chosen.field), `must be specified when patchType is ${patchType}`)];
  if (trimmed(chosen.patch.expression) !== '') return errors;
  return [...errors, required(path.child(chosen.field, 'expression'), 'expression is not specified')];
}
