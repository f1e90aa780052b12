import { CronSyntaxError, isTimeZone } from '@typekube/api';
import type { CronJob, CronJobStatus } from '../shared/objects';
import { timeOf } from '../shared/objects';
import { jobName } from './job-of-time';
import { dueTimes, timetableOf, untilNext } from './plan-schedule';

/** What users are told. */
export interface Told {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export interface StartPlan {
  /** For which time to start a job, in milliseconds since 1970. */
  readonly start?: number;
  /** Jobs that still run go first. */
  readonly replaces?: boolean;
  readonly tells: readonly Told[];
}

/** Whether a job has to be started now. (syncCronJob) */
export function planStart(cronJob: CronJob, status: CronJobStatus, now: number): StartPlan {
  const { suspend, timeZone } = cronJob.spec ?? {};
  if (cronJob.metadata.deletionTimestamp) return { tells: [] };
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    return { tells: [warning('UnknownTimeZone', `invalid timeZone: ${JSON.stringify(timeZone)}: unknown time zone ${timeZone}`)] };
  }
  return suspend ? { tells: [] } : planDue(cronJob, status, now);
}

/** When to look again, in milliseconds; undefined where only a change leads on. */
export function untilNextLook(cronJob: CronJob, now: number): number | undefined {
  if (cronJob.metadata.deletionTimestamp || cronJob.spec?.suspend) return undefined;
  try {
    return untilNext(cronJob, timetableOf(cronJob), now);
  } catch {
    // What is wrong with the schedule was told by planStart.
    return undefined;
  }
}

function planDue(cronJob: CronJob, status: CronJobStatus, now: number): StartPlan {
  const { schedule = '' } = cronJob.spec ?? {};
  const tells = schedule.includes('TZ') ? [unsupportedZone(schedule)] : [];
  try {
    const { latest, tooMany } = dueTimes(cronJob, timetableOf(cronJob), now);
    if (latest === undefined) return { tells };
    const start = planStartAt(latest, { cronJob, status, now });
    return { ...start, tells: [...tells, ...(tooMany ? [TOO_MANY] : []), ...start.tells] };
  } catch (error) {
    return { tells: [...tells, error instanceof CronSyntaxError ? unparseable(schedule, error) : invalid(schedule, error)] };
  }
}

interface StartState {
  readonly cronJob: CronJob;
  readonly status: CronJobStatus;
  readonly now: number;
}

function planStartAt(time: number, { cronJob, status, now }: StartState): StartPlan {
  const { startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec ?? {};
  const { active = [], lastScheduleTime } = status;
  if (startingDeadlineSeconds !== undefined && time + startingDeadlineSeconds * 1000 < now) {
    const at = new Date(time).toUTCString().replace('GMT', '+0000');
    return { tells: [warning('MissSchedule', `Missed scheduled time to start a job: ${at}`)] };
  }
  const name = jobName(cronJob, time);
  if (active.some((job) => job.name === name) || (lastScheduleTime !== undefined && timeOf(lastScheduleTime) === time)) return { tells: [] };
  if (concurrencyPolicy === 'Forbid' && active.length > 0) return { tells: [ALREADY_ACTIVE] };
  return { start: time, replaces: concurrencyPolicy === 'Replace', tells: [] };
}

const TOO_MANY = warning(
  'TooManyMissedTimes',
  'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
);
const ALREADY_ACTIVE: Told = {
  type: 'Normal',
  reason: 'JobAlreadyActive',
  message: 'Not starting job because prior execution is running and concurrency policy is Forbid',
};

function unsupportedZone(schedule: string): Told {
  const page = 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/';
  const message = `CRON_TZ or TZ used in schedule ${JSON.stringify(schedule)} is not officially supported, see ${page} for more details`;
  return warning('UnsupportedSchedule', message);
}

function unparseable(schedule: string, { message }: CronSyntaxError): Told {
  return warning('UnparseableSchedule', `unparseable schedule: ${JSON.stringify(schedule)} : ${message}`);
}

function invalid(schedule: string, error: unknown): Told {
  return warning('InvalidSchedule', `invalid schedule: ${schedule} : ${error instanceof Error ? error.message : String(error)}`);
}

function warning(reason: string, message: string): Told {
  return { type: 'Warning', reason, message };
}
