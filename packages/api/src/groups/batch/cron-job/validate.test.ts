import { context, messagesOf, template } from '../../../testing/workloads';
import type { batchv1 } from '../../../types';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

function cronJob(fields: Partial<batchv1.CronJobSpec> = {}, name = 'nightly'): batchv1.CronJob {
  const jobTemplate = { spec: { template: template((pod) => void (pod.restartPolicy = 'OnFailure')) } };
  const object: batchv1.CronJob = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name },
    spec: { schedule: '0 3 * * *', jobTemplate, ...fields },
  };
  setDefaults(object);
  return object;
}

describe('cron jobs', () => {
  it('fill in their defaults, and leave those of jobs to the jobs', () => {
    const { spec } = cronJob();
    expect(spec).toMatchObject({
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    expect(spec.jobTemplate.spec?.template.spec?.dnsPolicy).toBe('ClusterFirst');
    expect(spec.jobTemplate.spec).not.toHaveProperty('backoffLimit');
  });

  it.each<[string, Partial<batchv1.CronJobSpec>, string[]]>([
    ['nothing', { timeZone: 'Europe/Berlin' }, []],
    ['no schedule', { schedule: '' }, ['spec.schedule: Required value']],
    [
      'a broken schedule',
      { schedule: '0 3 * *' },
      ['spec.schedule: Invalid value: "0 3 * *": expected exactly 5 fields, found 4: [0 3 * *]'],
    ],
    [
      'a zone in the schedule',
      { schedule: 'TZ=UTC 0 3 * * *' },
      ['spec.schedule: Invalid value: "TZ=UTC 0 3 * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead'],
    ],
    ['an unknown zone', { timeZone: 'Mars/Base' }, ['spec.timeZone: Invalid value: "Mars/Base": unknown time zone Mars/Base']],
    ['an empty zone', { timeZone: '' }, ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string']],
    [
      'the local zone',
      { timeZone: 'Local' },
      [
        'spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      ],
    ],
    [
      'a concurrency policy',
      { concurrencyPolicy: 'X' },
      ['spec.concurrencyPolicy: Unsupported value: "X": supported values: "Allow", "Forbid", "Replace"'],
    ],
    [
      'a selector',
      { jobTemplate: { spec: { selector: {}, template: template((pod) => void (pod.restartPolicy = 'Never')) } } },
      ['spec.jobTemplate.spec.selector: Invalid value: {}: `selector` will be auto-generated'],
    ],
    [
      'pods that run for good',
      { jobTemplate: { spec: { template: template() } } },
      ['spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
  ])('refuse %s', (_, fields, expected) => {
    expect(messagesOf(strategy.validate?.(cronJob(fields), context))).toEqual(expected);
  });

  it('leave room in their name for the time, which those that exist need not', () => {
    const name = 'a'.repeat(53);
    const object = cronJob({}, name);
    expect(messagesOf(strategy.validate?.(object, context))).toEqual([
      `metadata.name: Invalid value: "${name}": must be no more than 52 characters`,
    ]);
    expect(messagesOf(strategy.validateUpdate?.(object, cronJob({}, name), context))).toEqual([]);
  });
});
