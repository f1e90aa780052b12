import type { Job, Pod } from '../shared/objects';
import { job, jobPod, type JobPodFields } from '../testing/jobs';
import { NOW } from '../testing/workloads';
import { backoffAfter, backoffLeft, NO_BACKOFF } from './backoff';
import { judgeFailure } from './failure-policy';
import { parseIntervals } from './intervals';
import { metSuccessPolicy } from './success-policy';

type Rules = NonNullable<NonNullable<Job['spec']>['podFailurePolicy']>['rules'];

const disrupted = (pod: Pod): Pod => ({ ...pod, status: { ...pod.status, conditions: [{ type: 'DisruptionTarget', status: 'True' }] } });
const exits = (operator: string, values: number[], action: string): Rules => [{ action, onExitCodes: { operator, values } }];

it.each<[string, Rules, Pod, object]>([
  ['no rule', exits('In', [2], 'Ignore'), jobPod({ ended: 1, exitCode: 1 }), { counts: true }],
  ['an exit code', exits('In', [1, 2], 'Ignore'), jobPod({ ended: 1, exitCode: 2 }), { counts: false, action: 'Ignore' }],
  ['any other exit code', exits('NotIn', [1], 'FailIndex'), jobPod({ ended: 1, exitCode: 2 }), { counts: true, action: 'FailIndex' }],
  ['no exit code of success', exits('NotIn', [1], 'Ignore'), jobPod({ ended: 1, exitCode: 0 }), { counts: true }],
  ['another container\'s', [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [1], containerName: 'other' } }], jobPod({ ended: 1 }), { counts: true }],
  [
    'the code that fails the job',
    exits('In', [42], 'FailJob'),
    jobPod({ ended: 1, exitCode: 42 }),
    { counts: true, action: 'FailJob', failJob: 'Container app for pod default/pod failed with exit code 42 matching FailJob rule at index 0' },
  ],
  [
    'a condition, after a rule of an unknown action',
    [...exits('NotIn', [0], 'Later'), { action: 'FailJob', onPodConditions: [{ type: 'DisruptionTarget' }] }],
    disrupted(jobPod({ ended: 1 })),
    { counts: true, action: 'FailJob', failJob: 'Pod default/pod has condition DisruptionTarget matching FailJob rule at index 1' },
  ],
])('failure policy: %s', (_, rules, pod, expected) => {
  expect(judgeFailure(job({ podFailurePolicy: { rules } }), pod)).toEqual(expected);
});

it.each<[object[], string, string | undefined]>([
  [[{ succeededIndexes: '0' }], '', undefined],
  [[{ succeededIndexes: '0' }], '0', 'Matched rules at index 0'],
  [[{ succeededIndexes: '0-2' }], '0,2', undefined],
  [[{ succeededIndexes: '0-2', succeededCount: 2 }], '0,2', 'Matched rules at index 0'],
  [[{ succeededIndexes: '7' }, { succeededCount: 2 }], '0,2', 'Matched rules at index 1'],
])('success policy %j with %p', (rules, succeeded, expected) => {
  const of = job({ completionMode: 'Indexed', completions: 5, successPolicy: { rules } });
  expect(metSuccessPolicy(of, parseIntervals(succeeded, 5))).toBe(expected);
});

it.each<[string, JobPodFields[], JobPodFields[], number]>([
  ['nothing failed', [], [], 0],
  ['one failed just now', [], [{ ended: 0 }], 10_000],
  ['one failed a while ago', [], [{ ended: 4 }], 6_000],
  ['three failed', [], [{ ended: 9 }, { ended: 1 }, { ended: 5 }], 39_000],
  ['very many failed', [], Array.from({ length: 50 }, () => ({ ended: 0 })), 600_000],
  ['a success ends it', [{ ended: 1 }], [{ ended: 5 }], 0],
  ['failures after the success', [{ ended: 6 }], [{ ended: 9 }, { ended: 5 }, { ended: 2 }], 18_000],
  ['a deleted pod fails with its deletion', [], [{ deleted: true, phase: 'Pending' }], 10_000],
])('back-off: %s', (_, succeeded, failed, expected) => {
  const backoff = backoffAfter(NO_BACKOFF, succeeded.map((fields) => jobPod({ ...fields, exitCode: 0 })), failed.map(jobPod));
  expect(backoffLeft(backoff, NOW)).toBe(expected);
});

it('back-off: failures add up from pass to pass', () => {
  const once = backoffAfter(NO_BACKOFF, [], [jobPod({ ended: 30 })]);
  expect(backoffAfter(once, [], [])).toBe(once);
  expect(backoffLeft(backoffAfter(once, [], [jobPod({ ended: 0 })]), NOW)).toBe(20_000);
});
