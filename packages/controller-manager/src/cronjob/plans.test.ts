import type { CronJob, CronJobStatus, Job } from '../shared/objects';
import { job } from '../testing/jobs';
import { jobOfTime } from './job-of-time';
import { planActive } from './plan-active';
import { planHistory } from './plan-history';
import { planStart, untilNextLook } from './plan-start';

const at = (time: string): number => Date.parse(`2026-01-01T${time}Z`);
const stamp = (time: string): string => `2026-01-01T${time}Z`;
const minute = (time: string): number => at(time) / 60_000;

/** Made at ten. */
function cronJob(spec: Partial<NonNullable<CronJob['spec']>> = {}, status: CronJobStatus = {}): CronJob {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'cron', namespace: 'default', uid: 'c', creationTimestamp: stamp('10:00:00') },
    spec: { schedule: '0 * * * *', concurrencyPolicy: 'Allow', jobTemplate: { metadata: { annotations: { a: 'b' } }, spec: job().spec ?? { template: {} } }, ...spec },
    status,
  };
}

const plan = (of: CronJob, now: string): string => {
  const { start, replaces, tells } = planStart(of, of.status ?? {}, at(now));
  const started = start === undefined ? [] : [`${replaces ? 'replace' : 'start'} ${new Date(start).toISOString().slice(11, 16)}`];
  return [...tells.map(({ reason }) => reason), ...started].join();
};

const running = { active: [{ kind: 'Job', name: `cron-${minute('11:00:00')}`, uid: 'old' }], lastScheduleTime: stamp('11:00:00') };

it.each<[string, CronJob, string, string]>([
  ['before its first time', cronJob(), '10:59:59', ''],
  ['at its first time', cronJob(), '11:00:00', 'start 11:00'],
  ['of several missed times only the last', cronJob(), '14:30:00', 'start 14:00'],
  ['after the last start', cronJob({}, { lastScheduleTime: stamp('14:00:00') }), '14:30:00', ''],
  ['when it is active already, by name', cronJob({}, { active: running.active }), '11:30:00', ''],
  ['in its time zone', cronJob({ schedule: '30 16 * * *', timeZone: 'Asia/Kolkata' }), '11:01:00', 'start 11:00'],
  ['with a zone in the schedule', cronJob({ schedule: 'TZ=Asia/Kolkata 30 16 * * *' }), '11:01:00', 'UnsupportedSchedule,start 11:00'],
  ['too late', cronJob({ startingDeadlineSeconds: 60 }), '11:01:01', ''],
  ['just in time', cronJob({ startingDeadlineSeconds: 61 }), '11:01:00', 'start 11:00'],
  ['very many missed', cronJob({ schedule: '* * * * *' }), '12:00:30', 'TooManyMissedTimes,start 12:00'],
  ['beside another', cronJob({}, running), '12:00:00', 'start 12:00'],
  ['forbidden beside another', cronJob({ concurrencyPolicy: 'Forbid' }, running), '12:00:00', 'JobAlreadyActive'],
  ['instead of another', cronJob({ concurrencyPolicy: 'Replace' }, running), '12:00:00', 'replace 12:00'],
  ['suspended', cronJob({ suspend: true }), '12:00:00', ''],
  ['being deleted', { ...cronJob(), metadata: { ...cronJob().metadata, deletionTimestamp: stamp('10:30:00') } }, '12:00:00', ''],
  ['a zone that is none', cronJob({ timeZone: 'Mars/Olympus' }), '12:00:00', 'UnknownTimeZone'],
  ['no schedule', cronJob({ schedule: 'often' }), '12:00:00', 'UnparseableSchedule'],
  ['a time that never comes', cronJob({ schedule: '0 0 31 2 *' }), '12:00:00', 'InvalidSchedule'],
  ['every so often', cronJob({ schedule: '@every 25m' }), '11:01:00', 'start 10:50'],
])('%s', (_, of, now, expected) => {
  expect(plan(of, now)).toBe(expected);
});

it.each<[string, CronJob, string, number | undefined]>([
  ['a tenth of a second after its next time', cronJob(), '10:59:00', 60_100],
  ['of a suspended one never', cronJob({ suspend: true }), '10:59:00', undefined],
  ['of a wrong one never', cronJob({ schedule: '0 0 31 2 *' }), '10:59:00', undefined],
  ['after a missed one at the next', cronJob({ concurrencyPolicy: 'Forbid' }, running), '12:30:00', 1_800_100],
])('looks again %s', (_, of, now, expected) => {
  expect(untilNextLook(of, at(now))).toBe(expected);
});

it('makes a job that bears its time', () => {
  const made = jobOfTime(cronJob({ timeZone: 'Asia/Kolkata' }), at('11:00:00'));
  expect(made.metadata).toEqual({
    name: `cron-${minute('11:00:00')}`,
    namespace: 'default',
    annotations: { a: 'b', 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T16:30:00+05:30' },
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'cron', uid: 'c', controller: true, blockOwnerDeletion: true }],
  });
});

const ended = (name: string, type: string, started?: string): Job => {
  const status = { conditions: [{ type, status: 'True' }], ...(started && { startTime: started, completionTime: started }) };
  return { ...job({}, status), metadata: { name, uid: name }, status };
};

it('keeps its list of active jobs', () => {
  const jobs = [ended('old', 'Complete', stamp('11:05:00')), ended('other', 'Complete', stamp('11:02:00')), { ...job(), metadata: { name: 'stray', uid: 'stray' } }];
  const { status, finished, missing, unexpected } = planActive(cronJob({}, { active: [...(running.active), { kind: 'Job', name: 'gone', uid: 'gone' }] }), jobs);
  expect(status).toEqual({ active: [{ kind: 'Job', name: 'gone', uid: 'gone' }], lastSuccessfulTime: stamp('11:05:00') });
  expect([finished, unexpected].map((list) => list.map(({ metadata }) => metadata.name))).toEqual([['old'], ['stray']]);
  expect(missing.map(({ name }) => name)).toEqual(['gone']);
});

it('keeps the youngest of those that have finished', () => {
  const jobs = [ended('c', 'Complete', stamp('13:00:00')), ended('a', 'Complete', stamp('11:00:00')), ended('b', 'Complete', stamp('12:00:00')), ended('f', 'Failed'), ended('e', 'Failed', stamp('11:00:00'))];
  const doomed = planHistory(cronJob({ successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 1 }), jobs);
  expect(doomed.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'e']);
  expect(planHistory(cronJob(), jobs)).toEqual([]);
});
