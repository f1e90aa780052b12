import { type CronSchedule, nextCronTime, parseCron } from '@typekube/api';
import { type CronJob, timeOf } from '../shared/objects';

/** What a cron job says of when it starts. */
export interface Timetable {
  readonly schedule: CronSchedule;
  readonly timeZone?: string | undefined;
}

/** The last time at which a job should have started by now. */
export interface DueTimes {
  /** Undefined where none has passed since the last start. */
  readonly latest?: number;
  /** So many starts were missed that somebody should know. */
  readonly tooMany: boolean;
}

const MANY = 100;
/** So much later than its time a start is looked at, so that clocks that differ a little do not look too early. */
const DELAY_MILLISECONDS = 100;

/** @throws CronSyntaxError */
export function timetableOf({ spec }: CronJob): Timetable {
  return { schedule: parseCron(spec?.schedule ?? ''), timeZone: spec?.timeZone };
}

/**
 * Times that have passed unused: after the last start, or the making of the cron job, and not longer ago than the deadline
 * allows. (mostRecentScheduleTime)
 *
 * @throws where the schedule never comes, or comes all the time.
 */
export function dueTimes(cronJob: CronJob, timetable: Timetable, now: number): DueTimes {
  const { startingDeadlineSeconds } = cronJob.spec ?? {};
  const limit = startingDeadlineSeconds === undefined ? 0 : now - startingDeadlineSeconds * 1000;
  return dueSince(Math.max(lastStart(cronJob), limit), timetable, now);
}

/** In how many milliseconds to look again. (nextScheduleTimeDuration) */
export function untilNext(cronJob: CronJob, timetable: Timetable, now: number): number | undefined {
  const since = lastStart(cronJob);
  const { latest, tooMany } = dueSince(since, timetable, now);
  const next = nextAfter(timetable, latest ?? (tooMany ? now : since));
  return next === undefined ? undefined : Math.max(0, next + DELAY_MILLISECONDS - now);
}

function dueSince(since: number, timetable: Timetable, now: number): DueTimes {
  const first = nextAfter(timetable, since);
  const second = first === undefined ? undefined : nextAfter(timetable, first);
  if (first === undefined || second === undefined || second - first < 1000) {
    throw new Error('time difference between two schedules is less than 1 second');
  }
  if (now < first) return { tooMany: false };
  if (now < second) return { latest: first, tooMany: false };
  // By the distance of the first two: to walk through all of them could take forever.
  const missed = Math.floor((now - first) / (second - first)) + 1;
  const from = first + Math.max(0, missed - 2) * (second - first);
  const latest = latestUntil(timetable, from, now);
  return { ...(latest !== undefined && { latest }), tooMany: missed > MANY };
}

/** The last time after `from` that is not after `now`. */
function latestUntil(timetable: Timetable, from: number, now: number): number | undefined {
  let latest: number | undefined;
  for (let time = nextAfter(timetable, from); time !== undefined && time <= now; time = nextAfter(timetable, time)) latest = time;
  return latest;
}

function nextAfter({ schedule, timeZone }: Timetable, time: number): number | undefined {
  return nextCronTime(schedule, new Date(time), timeZone)?.getTime();
}

function lastStart({ metadata, status }: CronJob): number {
  return timeOf(status?.lastScheduleTime ?? metadata.creationTimestamp);
}
