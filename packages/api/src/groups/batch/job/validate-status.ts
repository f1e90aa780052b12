import { duplicate, type FieldError, FieldPath, invalid, OMITTED_VALUE, required } from '@typekube/apimachinery';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { validateCounters } from '../../../shared/pod-template/replica-status';
import type { batchv1 } from '../../../types';
import { firstCommonIndex, IndexesError, parseIndexes } from './indexes';

const STATUS = FieldPath.of('status');

/**
 * What a job's controller may say (ValidateJobUpdateStatus). Rules that came late hold only where the fields they are about
 * change, as objects of the time before must stay writable.
 */
export function validateStatusUpdate(job: batchv1.Job, oldJob: batchv1.Job): FieldError[] {
  const { status = {} } = job;
  const { status: old = {} } = oldJob;
  const change = describeChange(status, old);
  return [
    ...validateCounters(status, STATUS, ['active', 'succeeded', 'failed', 'ready', 'terminating']),
    ...validateUncounted(status),
    ...validateConditions(job, status, change),
    ...validateTimes(status, change),
    ...validateFinishedCounters(status, change),
    ...validateIndexes(job, status, change),
    ...validateNothingUndone(status, old, job),
  ];
}

type ConditionType = 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet';

function isTrue(status: batchv1.JobStatus, type: ConditionType): boolean {
  return (status.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');
}

interface Change {
  readonly finished: boolean;
  /** Of each condition: it is true now and was not before. */
  readonly became: Readonly<Record<ConditionType, boolean>>;
  readonly changed: (field: keyof batchv1.JobStatus) => boolean;
}

function describeChange(status: batchv1.JobStatus, old: batchv1.JobStatus): Change {
  const became = (type: ConditionType): boolean => isTrue(status, type) && !isTrue(old, type);
  return {
    finished: isTrue(status, 'Complete') || isTrue(status, 'Failed'),
    became: {
      Complete: became('Complete'),
      Failed: became('Failed'),
      FailureTarget: became('FailureTarget'),
      SuccessCriteriaMet: became('SuccessCriteriaMet'),
    },
    changed: (field) => !semanticEqual(status[field], old[field]),
  };
}

function validateUncounted({ uncountedTerminatedPods: pods }: batchv1.JobStatus): FieldError[] {
  const seen = new Set<string>();
  return (['succeeded', 'failed'] as const).flatMap((field) =>
    (pods?.[field] ?? []).flatMap((uid, i) => {
      const path = STATUS.child('uncountedTerminatedPods', field).index(i);
      if (uid === '') return [invalid(path, uid, 'must not be empty')];
      if (seen.has(uid)) return [duplicate(path, uid)];
      seen.add(uid);
      return [];
    }),
  );
}

function validateConditions({ spec }: batchv1.Job, status: batchv1.JobStatus, { became }: Change): FieldError[] {
  const has = (type: ConditionType): boolean => isTrue(status, type);
  const complete = has('Complete');
  const met = has('SuccessCriteriaMet');
  const wrong: [boolean, string][] = [
    [complete && has('Failed'), 'cannot set Complete=True and Failed=true conditions'],
    [complete && has('FailureTarget'), 'cannot set Complete=True and FailureTarget=true conditions'],
    [became.Failed && !has('FailureTarget'), 'cannot set Failed=True condition without the FailureTarget=true condition'],
    [became.Complete && !met, 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition'],
    [met && has('Failed'), 'cannot set SuccessCriteriaMet=True and Failed=true conditions'],
    [met && has('FailureTarget'), 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'],
    [
      spec?.successPolicy !== undefined && !met && complete,
      'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True',
    ],
  ];
  return wrong.filter(([isWrong]) => isWrong).map(([, detail]) => invalid(STATUS.child('conditions'), OMITTED_VALUE, detail));
}

function validateTimes(status: batchv1.JobStatus, { became, changed, finished }: Change): FieldError[] {
  const { completionTime, startTime } = status;
  const complete = isTrue(status, 'Complete');
  const path = STATUS.child('completionTime');
  const errors: FieldError[] = [];
  if (completionTime !== undefined && !complete && changed('completionTime')) {
    errors.push(invalid(path, completionTime, 'cannot set completionTime when there is no Complete=True condition'));
  }
  if (completionTime === undefined && became.Complete)
    errors.push(required(path, 'completionTime is required for Complete jobs'));
  if (startTime !== undefined && completionTime !== undefined && changed('completionTime') && completionTime < startTime) {
    errors.push(invalid(path, completionTime, 'completionTime cannot be set before startTime'));
  }
  if (startTime === undefined && finished && (became.Complete || became.Failed)) {
    errors.push(required(STATUS.child('startTime'), 'startTime is required for finished job'));
  }
  return errors;
}

function validateFinishedCounters(status: batchv1.JobStatus, { became, changed, finished }: Change): FieldError[] {
  const { active = 0, ready, terminating = 0, uncountedTerminatedPods: pods } = status;
  const errors: FieldError[] = [];
  const ending = became.Complete || became.Failed;
  const pending = (pods?.failed?.length ?? 0) + (pods?.succeeded?.length ?? 0);
  if (finished && active > 0 && ending)
    errors.push(invalid(STATUS.child('active'), active, 'active>0 is invalid for finished job'));
  if (finished && pending > 0 && ending) {
    errors.push(
      invalid(STATUS.child('uncountedTerminatedPods'), pods, 'uncountedTerminatedPods needs to be empty for finished job'),
    );
  }
  if (finished && terminating > 0 && ending) {
    errors.push(invalid(STATUS.child('terminating'), terminating, 'terminating>0 is invalid for finished job'));
  }
  if (ready !== undefined && ready > active && changed('ready')) {
    errors.push(invalid(STATUS.child('ready'), ready, 'cannot set more ready pods than active'));
  }
  return errors;
}

function validateIndexes({ spec }: batchv1.Job, status: batchv1.JobStatus, { changed }: Change): FieldError[] {
  const { completedIndexes = '', failedIndexes } = status;
  const errors: FieldError[] = [];
  const [completedPath, failedPath] = [STATUS.child('completedIndexes'), STATUS.child('failedIndexes')];
  if (completedIndexes !== '' && spec?.completionMode !== 'Indexed' && changed('completedIndexes')) {
    const detail = 'cannot set non-empty completedIndexes when non-indexed completion mode';
    errors.push(invalid(completedPath, completedIndexes, detail));
  }
  if (failedIndexes !== undefined && spec?.backoffLimitPerIndex === undefined && changed('failedIndexes')) {
    errors.push(invalid(failedPath, failedIndexes, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null'));
  }
  const { completions } = spec ?? {};
  if (completions === undefined || (!changed('completedIndexes') && !changed('failedIndexes'))) return errors;
  const completed = readIndexes(completedIndexes, completions);
  const failed = readIndexes(failedIndexes ?? '', completions);
  if (completed instanceof IndexesError) {
    return [...errors, invalid(completedPath, completedIndexes, `error parsing completedIndexes: ${completed.message}`)];
  }
  if (failed instanceof IndexesError) {
    return [...errors, invalid(failedPath, failedIndexes, `error parsing failedIndexes: ${failed.message}`)];
  }
  const common = firstCommonIndex(completed, failed);
  if (common === undefined) return errors;
  return [...errors, invalid(failedPath, failedIndexes, `failedIndexes and completedIndexes overlap at index: ${common}`)];
}

function readIndexes(text: string, completions: number): ReturnType<typeof parseIndexes> | IndexesError {
  try {
    return parseIndexes(text, completions);
  } catch (error) {
    if (error instanceof IndexesError) return error;
    throw error;
  }
}

/** What a job has reached, it keeps. */
function validateNothingUndone(status: batchv1.JobStatus, old: batchv1.JobStatus, { spec }: batchv1.Job): FieldError[] {
  const errors: FieldError[] = [];
  for (const type of ['Failed', 'Complete', 'FailureTarget', 'SuccessCriteriaMet'] as const) {
    if (!isTrue(old, type) || isTrue(status, type)) continue;
    errors.push(invalid(STATUS.child('conditions'), OMITTED_VALUE, `cannot disable the terminal ${type}=True condition`));
  }
  if (old.startTime !== undefined && status.startTime === undefined && !spec?.suspend) {
    errors.push(required(STATUS.child('startTime'), 'startTime cannot be removed for unsuspended job'));
  }
  for (const field of ['failed', 'succeeded'] as const) {
    const [now, before] = [status[field] ?? 0, old[field] ?? 0];
    const isIndexed = field === 'succeeded' && spec?.completionMode === 'Indexed';
    if (now < before && !isIndexed) errors.push(invalid(STATUS.child(field), now, `cannot decrease the ${field} counter`));
  }
  return errors;
}
