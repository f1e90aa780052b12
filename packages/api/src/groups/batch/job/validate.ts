import {
  type FieldError,
  FieldPath,
  invalid,
  isDNS1123Label,
  isDomainPrefixedPath,
  notSupported,
  required,
  selectorFromLabelSelector,
  tooLong,
  validateLabelSelector,
} from '@typekube/apimachinery';
import { validateNonnegativeField } from '../../../shared/fields/field-rules';
import { validatePodTemplate, validateTemplateMatches } from '../../../shared/pod-template/validate-pod-template';
import type { batchv1 } from '../../../types';
import { validateGeneratedSelector } from './generated-selector';
import { validatePodFailurePolicy, validateSuccessPolicy } from './validate-policies';

type Spec = Partial<batchv1.JobSpec>;

const SPEC = FieldPath.of('spec');

/** As ValidateJob. */
export function validate(job: batchv1.Job): FieldError[] {
  const spec: Spec = job.spec ?? {};
  return [...validateGeneratedSelector(job), ...validateJobSpec(spec), ...validateHostname(job.metadata.name ?? '', spec)];
}

/** The pods of an indexed job are called by their index; the last name must be valid. */
function validateHostname(name: string, { completionMode, completions = 0 }: Spec): FieldError[] {
  if (completionMode !== 'Indexed' || completions <= 0) return [];
  const hostname = `${name}-${completions - 1}`;
  if (isDNS1123Label(hostname).length === 0) return [];
  return [invalid(FieldPath.of('metadata', 'name'), name, `will not able to create pod with invalid DNS label: ${hostname}`)];
}

/** The spec of a job that stands alone: it has a selector already (ValidateJobSpec). */
export function validateJobSpec(spec: Spec): FieldError[] {
  const errors = validateTemplateJobSpec(spec, SPEC);
  const path = SPEC.child('selector');
  const selectorErrors = spec.selector ? validateLabelSelector(spec.selector, {}, path) : [required(path)];
  errors.push(...selectorErrors);
  if (spec.selector && selectorErrors.length > 0) return errors;
  return [
    ...errors,
    ...validateTemplateMatches(spec.template ?? {}, selectorFromLabelSelector(spec.selector), SPEC.child('template')),
  ];
}

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;
const MAX_MANAGED_BY = 63;

/** The rules of every job, also of those that a cron job will make. */
export function validateTemplateJobSpec(spec: Spec, path: FieldPath): FieldError[] {
  const errors = COUNTS.flatMap((field) => validateNonnegativeField(spec[field] ?? 0, path.child(field)));
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(path.child('backoffLimitPerIndex'), 'when maxFailedIndexes is specified'));
  }
  const { managedBy, podFailurePolicy, successPolicy } = spec;
  if (managedBy !== undefined) {
    errors.push(...isDomainPrefixedPath(path.child('managedBy'), managedBy));
    if (managedBy.length > MAX_MANAGED_BY) errors.push(tooLong(path.child('managedBy'), MAX_MANAGED_BY));
  }
  errors.push(...validateCompletionMode(spec, path));
  if (podFailurePolicy) errors.push(...validatePodFailurePolicy(spec, podFailurePolicy, path.child('podFailurePolicy')));
  if (successPolicy) {
    const at = path.child('successPolicy');
    if (spec.completionMode !== 'Indexed') errors.push(invalid(at, successPolicy, 'requires indexed completion mode'));
    else errors.push(...validateSuccessPolicy(spec.completions ?? 0, successPolicy, at));
  }
  const template = path.child('template');
  return [
    ...errors,
    ...validateReplacement(spec, path.child('podReplacementPolicy')),
    ...validatePodTemplate(spec.template ?? {}, template),
    ...validateRestartPolicy(spec, template.child('spec', 'restartPolicy')),
  ];
}

const MODES = ['NonIndexed', 'Indexed'];

function validateCompletionMode(spec: Spec, path: FieldPath): FieldError[] {
  const { completionMode: mode } = spec;
  const errors = mode === undefined || MODES.includes(mode) ? [] : [notSupported(path.child('completionMode'), mode, MODES)];
  if (mode === 'Indexed') return [...errors, ...validateIndexed(spec, path)];
  if (mode !== undefined && mode !== 'NonIndexed') return errors;
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
    const value = spec[field];
    if (value !== undefined) errors.push(invalid(path.child(field), value, 'requires indexed completion mode'));
  }
  return errors;
}

const MAX_PARALLELISM = 100_000;
const MAX_FAILED_INDEXES = 100_000;
const MANY_COMPLETIONS = 100_000;
const MAX_PARALLELISM_OF_MANY = 10_000;
const MAX_FAILED_INDEXES_OF_MANY = 10_000;

function validateIndexed(spec: Spec, path: FieldPath): FieldError[] {
  const { completions, parallelism = 0, maxFailedIndexes } = spec;
  const errors: FieldError[] = [];
  if (completions === undefined) errors.push(required(path.child('completions'), 'when completion mode is Indexed'));
  if (parallelism > MAX_PARALLELISM) {
    const detail = `must be less than or equal to ${MAX_PARALLELISM} when completion mode is Indexed`;
    errors.push(invalid(path.child('parallelism'), parallelism, detail));
  }
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions) {
    errors.push(invalid(path.child('maxFailedIndexes'), maxFailedIndexes, 'must be less than or equal to completions'));
  }
  if ((maxFailedIndexes ?? 0) > MAX_FAILED_INDEXES) {
    errors.push(invalid(path.child('maxFailedIndexes'), maxFailedIndexes, `must be less than or equal to ${MAX_FAILED_INDEXES}`));
  }
  const many = (completions ?? 0) > MANY_COMPLETIONS && spec.backoffLimitPerIndex !== undefined;
  return many ? [...errors, ...validateManyCompletions(spec, path)] : errors;
}

function validateManyCompletions({ parallelism = 0, maxFailedIndexes }: Spec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const atMost = (max: number): string =>
    `must be less than or equal to ${max} when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  if (maxFailedIndexes === undefined) {
    errors.push(required(path.child('maxFailedIndexes'), `must be specified when completions is above ${MANY_COMPLETIONS}`));
  }
  if (parallelism > MAX_PARALLELISM_OF_MANY)
    errors.push(invalid(path.child('parallelism'), parallelism, atMost(MAX_PARALLELISM_OF_MANY)));
  if ((maxFailedIndexes ?? 0) > MAX_FAILED_INDEXES_OF_MANY) {
    errors.push(invalid(path.child('maxFailedIndexes'), maxFailedIndexes, atMost(MAX_FAILED_INDEXES_OF_MANY)));
  }
  return errors;
}

function validateReplacement({ podReplacementPolicy: policy, podFailurePolicy }: Spec, path: FieldPath): FieldError[] {
  const allowed = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  return policy === undefined || allowed.includes(policy) ? [] : [notSupported(path, policy, allowed)];
}

const RESTART_POLICIES = ['OnFailure', 'Never'];

/** A job's pods end. The default of pods is not a choice here, so it counts as none. */
function validateRestartPolicy({ template, podFailurePolicy }: Spec, path: FieldPath): FieldError[] {
  const policy = template?.spec?.restartPolicy ?? '';
  if (policy === '' || policy === 'Always') return [required(path, 'valid values: "OnFailure", "Never"')];
  if (!RESTART_POLICIES.includes(policy)) return [notSupported(path, policy, RESTART_POLICIES)];
  if (!podFailurePolicy || policy === 'Never') return [];
  return [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')];
}
