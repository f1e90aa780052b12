import {
  FieldPath,
  type FieldError,
  duplicate,
  invalid,
  nameIsDNSSubdomain,
  notSupported,
  required,
} from '@typekube/apimachinery';
import type { flowcontrolv1 } from '../../../types';
import { invalidEach } from '../../../shared/fields/field-rules';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { MANDATORY_FLOW_SCHEMAS } from './mandatory';
import { validateNonResourceRule, validateResourceRule } from './rules';
import { validateSubject } from './subject';

const MAX_PRECEDENCE = 10000;
const DISTINGUISHERS = ['ByNamespace', 'ByUser'];

/** The rules of a FlowSchema, new or changed. */
export function validateFlowSchema(object: flowcontrolv1.FlowSchema): FieldError[] {
  const name = object.metadata.name ?? '';
  const spec: Partial<flowcontrolv1.FlowSchemaSpec> = object.spec ?? {};
  const path = FieldPath.of('spec');
  const mandatory = MANDATORY_FLOW_SCHEMAS[name];
  const errors = [
    ...validatePrecedence(spec.matchingPrecedence ?? 0, name, path.child('matchingPrecedence')),
    ...validateDistinguisher(spec.distinguisherMethod, path.child('distinguisherMethod', 'type')),
    ...validatePriorityLevel(spec.priorityLevelConfiguration?.name, path.child('priorityLevelConfiguration', 'name')),
    ...(spec.rules ?? []).flatMap((rule, i) => validateRule(rule, path.child('rules').index(i))),
  ];
  if (mandatory && !semanticEqual(spec, mandatory)) {
    errors.push(invalid(path, spec, `spec of '${name}' must equal the fixed value`));
  }
  return [...errors, ...validateFlowSchemaStatus(object)];
}

/** The rules of its status: conditions of different types. */
export function validateFlowSchemaStatus(object: flowcontrolv1.FlowSchema): FieldError[] {
  return validateTypedConditions(object.status?.conditions ?? [], FieldPath.of('status', 'conditions'));
}

/** Conditions with a type each, none twice. */
export function validateTypedConditions(conditions: readonly { readonly type?: string }[], path: FieldPath): FieldError[] {
  const types = new Set<string>();
  return conditions.flatMap(({ type = '' }, i) => {
    const at = path.index(i).child('type');
    const errors = types.has(type) ? [duplicate(at, type)] : [];
    types.add(type);
    if (type === '') errors.push(required(at, 'must not be empty'));
    return errors;
  });
}

function validatePrecedence(precedence: number, name: string, path: FieldPath): FieldError[] {
  if (precedence <= 0) return [invalid(path, precedence, 'must be a positive value')];
  if (precedence > MAX_PRECEDENCE) return [invalid(path, precedence, `must not be greater than ${MAX_PRECEDENCE}`)];
  if (precedence !== 1 || name === 'exempt') return [];
  return [invalid(path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1")];
}

function validateDistinguisher(method: flowcontrolv1.FlowDistinguisherMethod | undefined, path: FieldPath): FieldError[] {
  return !method || DISTINGUISHERS.includes(method.type) ? [] : [notSupported(path, method, DISTINGUISHERS)];
}

function validatePriorityLevel(name: string | undefined, path: FieldPath): FieldError[] {
  return name ? invalidEach(path, name, nameIsDNSSubdomain(name, false)) : [required(path, 'must reference a priority level')];
}

function validateRule(rule: flowcontrolv1.PolicyRulesWithSubjects, path: FieldPath): FieldError[] {
  const subjects = rule.subjects ?? [];
  const { resourceRules = [], nonResourceRules = [] } = rule;
  return [
    ...(subjects.length === 0 ? [required(path.child('subjects'), 'subjects must contain at least one value')] : []),
    ...subjects.flatMap((subject, i) => validateSubject(subject, path.child('subjects').index(i))),
    ...(resourceRules.length + nonResourceRules.length === 0
      ? [required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty')]
      : []),
    ...resourceRules.flatMap((one, i) => validateResourceRule(one, path.child('resourceRules').index(i))),
    ...nonResourceRules.flatMap((one, i) => validateNonResourceRule(one, path.child('nonResourceRules').index(i))),
  ];
}
