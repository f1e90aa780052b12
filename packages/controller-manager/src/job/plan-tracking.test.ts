import type { Job, JobStatus } from '../shared/objects';
import { job, jobPod, type JobPodFields } from '../testing/jobs';
import { ago, NOW } from '../testing/workloads';
import { planSuspension, withFinal, withInterim, withJobCondition } from './plan-conditions';
import { COMPLETED, isComplete, planOutcome, untilDeadline } from './plan-outcome';
import { countReleased, planTracking } from './plan-tracking';
import { takeTally } from './tally';

type Spec = Partial<NonNullable<Job['spec']>>;

const done: JobPodFields = { phase: 'Succeeded', ended: 1, exitCode: 0 };
const lost: JobPodFields = { phase: 'Failed', ended: 1 };
const indexed: Spec = { completionMode: 'Indexed', completions: 4, parallelism: 4 };
const perIndex: Spec = { ...indexed, backoffLimitPerIndex: 1, backoffLimit: 2 ** 31 - 1 };

interface Case {
  readonly spec?: Spec;
  readonly status?: JobStatus;
  readonly pods?: readonly JobPodFields[];
  readonly untracked?: readonly string[];
}

const look = ({ spec, status, pods = [], untracked = [] }: Case): Parameters<typeof takeTally>[0] => {
  return { job: job(spec, status), pods: pods.map((fields, i) => jobPod({ name: `p${i}`, ...fields })), untracked: new Set(untracked) };
};

it.each<[string, Case, string | undefined]>([
  ['nothing', { pods: [{}] }, undefined],
  ['failures within the limit', { status: { failed: 5 }, pods: [lost] }, undefined],
  ['failures beyond the limit', { status: { failed: 5, uncountedTerminatedPods: { failed: ['x'] } }, pods: [lost] }, 'Failed BackoffLimitExceeded'],
  ['ignored failures', { spec: { backoffLimit: 0, podFailurePolicy: { rules: [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [1] } }] } }, pods: [lost] }, undefined],
  ['a failure that fails the job', { spec: { podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } }] } }, pods: [lost] }, 'Failed PodFailurePolicy'],
  ['restarts by the kubelet', { spec: { backoffLimit: 2, template: { spec: { restartPolicy: 'OnFailure', containers: [] } } }, pods: [{ restarts: 2 }] }, 'Failed BackoffLimitExceeded'],
  ['the deadline', { spec: { activeDeadlineSeconds: 60 } }, 'Failed DeadlineExceeded'],
  ['a deadline to come', { spec: { activeDeadlineSeconds: 61 } }, undefined],
  ['a deadline while suspended', { spec: { activeDeadlineSeconds: 1, suspend: true } }, undefined],
  ['an index that failed', { spec: perIndex, status: { completedIndexes: '0-1' }, pods: [{ ...lost, index: 2, failures: 1 }] }, undefined],
  ['every index over, one failed', { spec: perIndex, status: { completedIndexes: '0-1,3' }, pods: [{ ...lost, index: 2, failures: 1 }] }, 'Failed FailedIndexes'],
  ['too many failed indexes', { spec: { ...perIndex, maxFailedIndexes: 1 }, status: { failedIndexes: '0' }, pods: [{ ...lost, index: 2, failures: 1 }] }, 'Failed MaxFailedIndexesExceeded'],
  ['a success policy', { spec: { ...indexed, successPolicy: { rules: [{ succeededIndexes: '2' }] } }, pods: [{ ...done, index: 2 }] }, 'Complete SuccessPolicy'],
  ['what was decided before', { status: { conditions: [{ type: 'FailureTarget', status: 'True', reason: 'Before', message: 'm' }] } }, 'Failed Before'],
])('ends by %s', (_, of, expected) => {
  const state = look(of);
  const outcome = planOutcome(state.job, state.pods, takeTally(state), NOW);
  expect(outcome && `${outcome.final} ${outcome.reason}`).toBe(expected);
});

it('is complete with enough successes and nothing left that works', () => {
  const { completions: _, ...spec } = job().spec ?? { template: {} };
  const queue = { ...job(), spec };
  expect([isComplete(job(), 1, 1), isComplete(job(), 1, 0), isComplete(queue, 0, 0), isComplete(queue, 1, 0)]).toEqual([false, true, false, true]);
  expect(untilDeadline(job({ activeDeadlineSeconds: 90 }), NOW)).toBe(30_000);
});

const track = (of: Case, outcome?: 'failed' | 'complete'): object => {
  const state = look(of);
  const failed = { ...COMPLETED, interim: 'FailureTarget', final: 'Failed' } as const;
  const { status, release } = planTracking({ ...state, tally: takeTally(state), outcome: outcome && (outcome === 'failed' ? failed : COMPLETED) });
  const { startTime: _, ...rest } = status;
  return { ...rest, release: release.map(({ metadata }) => metadata.name).join() };
};

it.each<[string, Case, 'failed' | 'complete' | undefined, object]>([
  ['lists what has ended, and lets it go', { pods: [done, lost, {}] }, undefined, { failed: 0, succeeded: 0, uncountedTerminatedPods: { succeeded: ['p0'], failed: ['p1'] }, release: 'p0,p1' }],
  [
    'counts what is free, and lists nothing twice',
    { status: { succeeded: 3, failed: 1, uncountedTerminatedPods: { succeeded: ['gone', 'p0'], failed: ['p1'] } }, pods: [done, { ...lost, tracked: false }] },
    undefined,
    { failed: 2, succeeded: 4, uncountedTerminatedPods: { succeeded: ['p0'] }, release: 'p0' },
  ],
  ['is not misled by an old cache', { status: { succeeded: 1 }, pods: [done], untracked: ['p0'] }, undefined, { failed: 0, succeeded: 1, uncountedTerminatedPods: {}, release: '' }],
  ['counts deleted pods as failed', { pods: [{ deleted: true }] }, undefined, { failed: 0, succeeded: 0, uncountedTerminatedPods: { failed: ['p0'] }, release: 'p0' }],
  ['or waits for how they end', { spec: { podReplacementPolicy: 'Failed' }, pods: [{ deleted: true }] }, undefined, { failed: 0, succeeded: 0, uncountedTerminatedPods: {}, release: '' }],
  ['counts all as failed when the job fails', { pods: [{}, done] }, 'failed', { failed: 0, succeeded: 0, uncountedTerminatedPods: { succeeded: ['p1'], failed: ['p0'] }, release: 'p0,p1' }],
  ['lets all go when the job succeeds', { pods: [{}] }, 'complete', { failed: 0, succeeded: 0, uncountedTerminatedPods: {}, release: 'p0' }],
  [
    'completes indexes, whichever pod does',
    { spec: indexed, status: { completedIndexes: '0' }, pods: [{ ...done, index: 2 }, { ...done, index: 1 }, { ...done, index: 0 }, { ...done, index: 9 }] },
    undefined,
    { failed: 0, succeeded: 3, completedIndexes: '0-2', uncountedTerminatedPods: {}, release: 'p2,p1,p0,p3' },
  ],
  [
    'keeps the failed pod of an index until it is replaced',
    { spec: perIndex, pods: [{ ...lost, index: 0 }, { ...lost, index: 1 }, { index: 1, failures: 1 }] },
    undefined,
    { failed: 0, succeeded: 0, completedIndexes: '', failedIndexes: '', uncountedTerminatedPods: { failed: ['p1'] }, release: 'p1' },
  ],
])('%s', (_, of, outcome, expected) => {
  expect(track(of, outcome)).toEqual(expected);
});

it('counts 500 at most in one pass', () => {
  const state = look({ pods: Array.from({ length: 501 }, () => done) });
  const plan = planTracking({ ...state, tally: takeTally(state) });
  expect([plan.release.length, plan.isPartial]).toEqual([500, true]);
  expect(countReleased(state.job, plan.status, new Set(['p7']))).toMatchObject({ succeeded: 499, uncountedTerminatedPods: { succeeded: ['p7'] } });
});

it('says that it rests, and begins its time anew when it goes on', () => {
  expect(planSuspension(job(), NOW)).toEqual({ status: job().status });
  const suspended = planSuspension(job({ suspend: true }), NOW);
  expect(suspended).toMatchObject({ event: { reason: 'Suspended', message: 'Job suspended' }, status: { conditions: [{ type: 'Suspended', status: 'True', reason: 'JobSuspended' }] } });
  expect(planSuspension(job({ suspend: true }, suspended.status), NOW + 1000).event).toBeUndefined();
  const resumed = planSuspension(job({}, suspended.status), NOW);
  expect(resumed).toMatchObject({ event: { reason: 'Resumed' }, status: { startTime: ago(0), conditions: [{ status: 'False', reason: 'JobResumed', message: 'Job resumed' }] } });
});

it('says first how it will end', () => {
  const interim = withInterim({}, COMPLETED, NOW);
  expect(withInterim(interim, COMPLETED, NOW + 1000)).toBe(interim);
  expect(withFinal(interim, COMPLETED, NOW + 1000)).toMatchObject({ conditions: [{ type: 'SuccessCriteriaMet', lastTransitionTime: ago(0) }, { type: 'Complete', lastTransitionTime: ago(-1) }], completionTime: ago(-1) });
  expect(withJobCondition({}, { type: 'Suspended', status: 'False' }, NOW)).toEqual({});
});
