import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  isQualifiedName,
  OMITTED_VALUE,
  required,
  tooLong,
  tooMany,
} from '@typekube/apimachinery';
import { invalidEach, isMissing, validateEnum, validateNonnegativeField } from '../../../shared/fields/field-rules';
import type { batchv1 } from '../../../types';
import { countIndexes, IndexesError, parseIndexes } from './indexes';

type Spec = Partial<batchv1.JobSpec>;

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const CONDITION_STATUSES = ['False', 'True', 'Unknown'];
const MAX_RULES = 20;
const MAX_EXIT_CODES = 255;
const MAX_PATTERNS = 20;

/** What a failed pod means for the job. */
export function validatePodFailurePolicy(spec: Spec, { rules = [] }: batchv1.PodFailurePolicy, path: FieldPath): FieldError[] {
  const at = path.child('rules');
  const errors = rules.length > MAX_RULES ? [tooMany(at, rules.length, MAX_RULES)] : [];
  return [...errors, ...rules.flatMap((rule, i) => validateRule(spec, rule, at.index(i)))];
}

function validateRule(spec: Spec, rule: batchv1.PodFailurePolicyRule, path: FieldPath): FieldError[] {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  const errors = validateAction(spec, action, path.child('action'));
  if (onExitCodes) errors.push(...validateExitCodes(spec, onExitCodes, path.child('onExitCodes')));
  errors.push(...validatePatterns(onPodConditions, path.child('onPodConditions')));
  const both = onExitCodes !== undefined && onPodConditions.length > 0;
  const neither = onExitCodes === undefined && onPodConditions.length === 0;
  if (both) errors.push(invalid(path, OMITTED_VALUE, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  if (neither) errors.push(invalid(path, OMITTED_VALUE, 'specifying one of OnExitCodes and OnPodConditions is required'));
  return errors;
}

/** A list of Go strings as `%q` prints it. */
function goList(values: readonly string[]): string {
  return `valid values: [${values.map((value) => JSON.stringify(value)).join(' ')}]`;
}

function validateAction(spec: Spec, action: string, path: FieldPath): FieldError[] {
  if (isMissing(action)) return [required(path, goList(ACTIONS))];
  if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) {
    return [invalid(path, action, 'requires the backoffLimitPerIndex to be set')];
  }
  return validateEnum(action, path, ACTIONS);
}

function validateExitCodes(spec: Spec, codes: batchv1.PodFailurePolicyOnExitCodesRequirement, path: FieldPath): FieldError[] {
  const { operator, containerName, values = [] } = codes;
  const operatorPath = path.child('operator');
  const errors = isMissing(operator)
    ? [required(operatorPath, goList(OPERATORS))]
    : validateEnum(operator, operatorPath, OPERATORS);
  const pod = spec.template?.spec;
  const names = [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])].map(({ name }) => name);
  if (containerName !== undefined && !names.includes(containerName)) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(path.child('containerName'), containerName, detail));
  }
  return [...errors, ...validateExitValues(values, operator, path.child('values'))];
}

function validateExitValues(values: readonly number[], operator: string, path: FieldPath): FieldError[] {
  if (values.length === 0) return [invalid(path, values, 'at least one value is required')];
  const errors = values.length > MAX_EXIT_CODES ? [tooMany(path, values.length, MAX_EXIT_CODES)] : [];
  for (const [i, value] of values.entries()) {
    if (operator === 'In' && value === 0) errors.push(invalid(path.index(i), value, 'must not be 0 for the In operator'));
    if (values.indexOf(value) < i) errors.push(duplicate(path.index(i), value));
  }
  const ordered = values.every((value, i) => i === 0 || (values[i - 1] ?? 0) <= value);
  return ordered ? errors : [...errors, invalid(path, values, 'must be ordered')];
}

function validatePatterns(patterns: readonly batchv1.PodFailurePolicyOnPodConditionsPattern[], path: FieldPath): FieldError[] {
  const errors = patterns.length > MAX_PATTERNS ? [tooMany(path, patterns.length, MAX_PATTERNS)] : [];
  for (const [i, { type = '', status }] of patterns.entries()) {
    const at = path.index(i);
    errors.push(...invalidEach(at.child('type'), type, isQualifiedName(type)));
    if (isMissing(status)) errors.push(required(at.child('status'), goList(CONDITION_STATUSES)));
    else errors.push(...validateEnum(status, at.child('status'), CONDITION_STATUSES));
  }
  return errors;
}

const MAX_SUCCESS_RULES = 20;
const MAX_INDEXES_LENGTH = 64 * 1024;

/** Which indexes are enough for the job to have succeeded. */
export function validateSuccessPolicy(completions: number, { rules = [] }: batchv1.SuccessPolicy, path: FieldPath): FieldError[] {
  const at = path.child('rules');
  const errors: FieldError[] = [];
  if (rules.length === 0) errors.push(required(at, 'at least one rules must be specified when the successPolicy is specified'));
  if (rules.length > MAX_SUCCESS_RULES) errors.push(tooMany(at, rules.length, MAX_SUCCESS_RULES));
  return [...errors, ...rules.flatMap((rule, i) => validateSuccessRule(completions, rule, at.index(i)))];
}

function validateSuccessRule(completions: number, rule: batchv1.SuccessPolicyRule, path: FieldPath): FieldError[] {
  const { succeededCount: count, succeededIndexes: indexes } = rule;
  if (count === undefined && indexes === undefined) {
    return [required(path, 'at least one of succeededCount or succeededIndexes must be specified')];
  }
  const { errors, total } = readIndexes(indexes, completions, path.child('succeededIndexes'));
  if (count === undefined) return errors;
  const at = path.child('succeededCount');
  errors.push(...validateNonnegativeField(count, at));
  const limit = (max: number, what: string): FieldError => invalid(at, count, `must be less than or equal to ${max} (${what})`);
  if (count > completions) errors.push(limit(completions, 'the number of specified completions'));
  if (indexes !== undefined && count > total) {
    errors.push(limit(total, 'the number of indexes in the specified succeededIndexes field'));
  }
  return errors;
}

function readIndexes(text: string | undefined, completions: number, path: FieldPath): { errors: FieldError[]; total: number } {
  if (text === undefined) return { errors: [], total: 0 };
  const errors = text.length > MAX_INDEXES_LENGTH ? [tooLong(path, MAX_INDEXES_LENGTH)] : [];
  try {
    return { errors, total: countIndexes(parseIndexes(text, completions)) };
  } catch (error) {
    if (!(error instanceof IndexesError)) throw error;
    return { errors: [...errors, invalid(path, text, `error parsing succeededIndexes: ${error.message}`)], total: 0 };
  }
}
