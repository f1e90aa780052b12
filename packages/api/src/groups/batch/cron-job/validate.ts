import { type FieldError, FieldPath, invalid, notSupported, required } from '@typekube/apimachinery';
import { CronSyntaxError, isTimeZone, parseCron } from '../../../shared/cron';
import { isMissing, validateNonnegativeField, validateRequiredEnum } from '../../../shared/fields/field-rules';
import { withoutStored } from '../../../shared/fields/ratchet';
import type { batchv1 } from '../../../types';
import { validateTemplateJobSpec } from '../job/validate';

type Spec = Partial<batchv1.CronJobSpec>;

const SPEC = FieldPath.of('spec');

/** A job's name is the cron job's and 11 characters of the time, and has at most 63. */
const MAX_NAME_LENGTH = 52;

/** As ValidateCronJobCreate. */
export function validate(object: batchv1.CronJob): FieldError[] {
  const { name = '' } = object.metadata;
  const errors = validateSpec(object.spec ?? {}, undefined);
  if (name.length <= MAX_NAME_LENGTH) return errors;
  return [...errors, invalid(FieldPath.of('metadata', 'name'), name, `must be no more than ${MAX_NAME_LENGTH} characters`)];
}

/** Names that were allowed once stay. */
export function validateUpdate(object: batchv1.CronJob, old: batchv1.CronJob): FieldError[] {
  return withoutStored(validateSpec(object.spec ?? {}, old.spec ?? {}), () => validateSpec(old.spec ?? {}, old.spec ?? {}));
}

const CONCURRENCY_POLICIES = ['Allow', 'Forbid', 'Replace'];

function validateSpec(spec: Spec, old: Spec | undefined): FieldError[] {
  const { schedule, timeZone } = spec;
  const path = SPEC.child('schedule');
  const zonesAllowed = old?.schedule?.includes('TZ') ?? false;
  const errors = isMissing(schedule) ? [required(path)] : validateSchedule(schedule, path, { zonesAllowed, timeZone });
  errors.push(...validateNonnegativeField(spec.startingDeadlineSeconds ?? 0, SPEC.child('startingDeadlineSeconds')));
  if (timeZone !== undefined && timeZone !== old?.timeZone) errors.push(...validateTimeZone(timeZone, SPEC.child('timeZone')));
  return [
    ...errors,
    ...validateRequiredEnum(spec.concurrencyPolicy, SPEC.child('concurrencyPolicy'), CONCURRENCY_POLICIES),
    ...validateJobTemplate(spec.jobTemplate ?? {}, SPEC.child('jobTemplate', 'spec')),
    ...validateNonnegativeField(spec.successfulJobsHistoryLimit ?? 0, SPEC.child('successfulJobsHistoryLimit')),
    ...validateNonnegativeField(spec.failedJobsHistoryLimit ?? 0, SPEC.child('failedJobsHistoryLimit')),
  ];
}

function validateSchedule(
  schedule: string,
  path: FieldPath,
  { zonesAllowed, timeZone }: { zonesAllowed: boolean; timeZone: string | undefined },
): FieldError[] {
  const errors = validateSyntax(schedule, path);
  if (!schedule.includes('TZ')) return errors;
  if (!zonesAllowed) errors.push(invalid(path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
  else if (timeZone !== undefined) {
    errors.push(invalid(path, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'));
  }
  return errors;
}

function validateSyntax(schedule: string, path: FieldPath): FieldError[] {
  try {
    parseCron(schedule);
    return [];
  } catch (error) {
    if (error instanceof CronSyntaxError) return [invalid(path, schedule, error.message)];
    throw error;
  }
}

/** A part of a zone's name by the rules of the time zone database, with digits for the sake of old names. */
const ZONE_PART = /^(?!-)[A-Za-z._0-9+-]{1,14}$/;

function validateTimeZone(zone: string, path: FieldPath): FieldError[] {
  if (zone === '') return [invalid(path, zone, 'timeZone must be nil or non-empty string')];
  const unknown = invalid(path, zone, `unknown time zone ${zone}`);
  if (zone.split('/').some((part) => part === '.' || part === '..' || !ZONE_PART.test(part))) return [unknown];
  if (zone.toLowerCase() === 'local') {
    const detail = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    return [invalid(path, zone, detail), ...(zone === 'Local' ? [] : [unknown])];
  }
  return isTimeZone(zone) ? [] : [unknown];
}

/** The jobs get their selectors when they are made. */
function validateJobTemplate({ spec }: batchv1.JobTemplateSpec, path: FieldPath): FieldError[] {
  const job: Partial<batchv1.JobSpec> = spec ?? {};
  const errors = validateTemplateJobSpec(job, path);
  if (job.selector) errors.push(invalid(path.child('selector'), job.selector, '`selector` will be auto-generated'));
  if (job.manualSelector) errors.push(notSupported(path.child('manualSelector'), true, ['nil', 'false']));
  return errors;
}
