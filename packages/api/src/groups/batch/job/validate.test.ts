import { context, messagesOf, template } from '../../../testing/workloads';
import type { batchv1 } from '../../../types';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

type Job = batchv1.Job & { spec: batchv1.JobSpec };

function job(change: (spec: batchv1.JobSpec) => void = () => {}): Job {
  const spec: batchv1.JobSpec = { template: template((pod) => void (pod.restartPolicy = 'Never')) };
  change(spec);
  const object: Job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'sum', uid: 'u-1' }, spec };
  setDefaults(object);
  strategy.prepareForCreate?.(object, context);
  return object;
}

describe('jobs', () => {
  it('fill in their defaults', () => {
    expect(job().spec).toMatchObject({
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: 'TerminatingOrFailed',
      manualSelector: false,
    });
    expect(job((s) => void (s.parallelism = 2)).spec.completions).toBeUndefined();
    expect(
      job((s) => void Object.assign(s, { completions: 2, completionMode: 'Indexed', backoffLimitPerIndex: 1 })).spec.backoffLimit,
    ).toBe(2147483647);
  });

  it('get labels and a selector of their own', () => {
    const object = job();
    expect(object.metadata.labels).toEqual({ app: 'web' });
    expect(object.spec.template.metadata?.labels).toEqual({
      app: 'web',
      'controller-uid': 'u-1',
      'job-name': 'sum',
      'batch.kubernetes.io/controller-uid': 'u-1',
      'batch.kubernetes.io/job-name': 'sum',
    });
    expect(object.spec.selector).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': 'u-1' } });
    expect(object.status).toEqual({});
    expect(messagesOf(strategy.validate?.(object, context))).toEqual([]);
    expect(strategy.defaultPropagation).toBe('orphan');
  });

  it.each<[string, (spec: batchv1.JobSpec) => void, string[]]>([
    [
      'pods that run for good',
      (s) => void (s.template = template()),
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    [
      'another restart policy',
      (s) => void (s.template = template((pod) => void (pod.restartPolicy = 'X'))),
      [
        'spec.template.spec.restartPolicy: Unsupported value: "X": supported values: "Always", "OnFailure", "Never"',
        'spec.template.spec.restartPolicy: Unsupported value: "X": supported values: "OnFailure", "Never"',
      ],
    ],
    [
      'negative parallelism',
      (s) => void (s.parallelism = -1),
      ['spec.parallelism: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'no completions of an indexed job',
      (s) => void Object.assign(s, { completionMode: 'Indexed', parallelism: 1 }),
      ['spec.completions: Required value: when completion mode is Indexed'],
    ],
    [
      'a limit per index of others',
      (s) => void (s.backoffLimitPerIndex = 1),
      ['spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode'],
    ],
    [
      'an empty rule',
      (s) => void (s.podFailurePolicy = { rules: [{ action: 'Ignore' }] }),
      ['spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required'],
    ],
    [
      'no action',
      (s) => void (s.podFailurePolicy = { rules: [{ action: '', onExitCodes: { operator: 'In', values: [2, 1] } }] }),
      [
        'spec.podFailurePolicy.rules[0].action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]',
        'spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [2,1]: must be ordered',
      ],
    ],
    [
      'a manager without a domain',
      (s) => void (s.managedBy = 'me'),
      ['spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")'],
    ],
    [
      'indexes that fall',
      (s) =>
        void Object.assign(s, {
          completions: 5,
          completionMode: 'Indexed',
          successPolicy: { rules: [{ succeededIndexes: '3,1-2' }] },
        }),
      [
        'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "3,1-2": error parsing succeededIndexes: non-increasing order, previous: 3, current: 1',
      ],
    ],
    [
      'labels of another job',
      (s) => void (s.template.metadata = { labels: { 'job-name': 'other' } }),
      [expect.stringContaining('spec.template.metadata.labels[job-name]: Invalid value')],
    ],
  ])('refuse %s', (_, change, expected) => {
    expect(messagesOf(strategy.validate?.(job(change), context))).toEqual(expected);
  });

  it.each<[string, (job: Job) => void, string[]]>([
    ['parallelism', (j) => void (j.spec.parallelism = 5), []],
    ['suspension', (j) => void (j.spec.suspend = true), []],
    ['completions', (j) => void (j.spec.completions = 5), ['spec.completions: Invalid value: 5: field is immutable']],
    [
      'the selector',
      (j) => void (j.spec.selector = { matchLabels: { app: 'web' } }),
      ['spec.selector: Invalid value: {"matchLabels":{"app":"web"}}: field is immutable'],
    ],
  ])('judge a change of %s', (_, change, expected) => {
    const object = job();
    change(object);
    expect(messagesOf(strategy.validateUpdate?.(object, job(), context))).toEqual(expected);
  });

  it('keep their template, but for where a job that waits will run', () => {
    const move = (object: Job): void => void Object.assign(object.spec.template.spec ?? {}, { nodeSelector: { a: 'b' } });
    const waiting = job((spec) => void (spec.suspend = true));
    move(waiting);
    expect(
      messagesOf(
        strategy.validateUpdate?.(
          waiting,
          job((spec) => void (spec.suspend = true)),
          context,
        ),
      ),
    ).toEqual([]);
    const running = job();
    move(running);
    expect(messagesOf(strategy.validateUpdate?.(running, job(), context))).toEqual([
      expect.stringMatching(/^spec\.template: Invalid value: .*: field is immutable$/),
    ]);
  });

  it.each<[string, batchv1.JobStatus, batchv1.JobStatus, string[]]>([
    ['a start', { startTime: '2026-01-01T00:00:00Z', active: 1 }, {}, []],
    [
      'an end without its marks',
      { conditions: [{ type: 'Complete', status: 'True' }] },
      {},
      [
        'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
        'status.completionTime: Required value: completionTime is required for Complete jobs',
        'status.startTime: Required value: startTime is required for finished job',
      ],
    ],
    [
      'more ready than active',
      { active: 1, ready: 2 },
      {},
      ['status.ready: Invalid value: 2: cannot set more ready pods than active'],
    ],
    ['fewer failures', { failed: 1 }, { failed: 2 }, ['status.failed: Invalid value: 1: cannot decrease the failed counter']],
  ])('judge a status of %s', (_, status, before, expected) => {
    const [object, old] = [job(), job()];
    object.status = status;
    old.status = before;
    expect(messagesOf(statusStrategy.validateUpdate?.(object, old, context))).toEqual(expected);
  });
});
