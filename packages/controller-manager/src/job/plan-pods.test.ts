import type { Job, Pod } from '../shared/objects';
import { job, jobPod, type JobPodFields } from '../testing/jobs';
import { NOW } from '../testing/workloads';
import { NO_BACKOFF } from './backoff';
import { planPods } from './plan-pods';
import { indexedPrefix, indexedTemplate } from './pod-template';
import { takeTally } from './tally';

const plan = (of: Job, pods: readonly Pod[], backoff = NO_BACKOFF): object => {
  const tally = takeTally({ job: of, pods, untracked: new Set() });
  const planned = planPods({ job: of, pods, tally, backoff, now: NOW });
  return planned.do === 'delete' ? { do: 'delete', pods: planned.pods.map(({ metadata }) => metadata.name) } : planned;
};

const succeeded: JobPodFields = { name: 's', phase: 'Succeeded', ended: 1, exitCode: 0 };
const indexed = { completionMode: 'Indexed', completions: 5, parallelism: 3 };
const perIndex = { ...indexed, backoffLimitPerIndex: 1 };

it.each<[string, Partial<NonNullable<Job['spec']>>, JobPodFields[], object]>([
  ['begins', { completions: 5, parallelism: 3 }, [], { do: 'create', count: 3 }],
  ['wants no more than are left', { completions: 2, parallelism: 3 }, [succeeded], { do: 'create', count: 1 }],
  ['has enough', {}, [{}], { do: 'nothing' }],
  ['replaces at once what is being deleted', {}, [{ deleted: true }], { do: 'create', count: 1 }],
  ['or waits until it has ended', { podReplacementPolicy: 'Failed' }, [{ deleted: true }], { do: 'nothing' }],
  ['is suspended', { suspend: true, parallelism: 3 }, [{ name: 'a' }, { name: 'b', node: 'n' }], { do: 'delete', pods: ['a', 'b'] }],
  ['was scaled down: the least active go', { completions: 9 }, [{ name: 'a', node: 'n' }, { name: 'b' }], { do: 'delete', pods: ['b'] }],
  ['makes not too many at once', { completions: 9999, parallelism: 9999 }, [], { do: 'create', count: 500 }],
  ['indexes', indexed, [{ index: 1 }], { do: 'create-indexes', indexes: [0, 2] }],
  ['keeps one pod an index, the furthest', indexed, [{ name: 'a', index: 0 }, { name: 'b', index: 0, node: 'n' }], { do: 'delete', pods: ['a'] }],
  ['gives up pods of no such index', indexed, [{ name: 'a', index: 7 }, { name: 'b' }], { do: 'delete', pods: ['a', 'b'] }],
  ['waits for its own index only', { ...perIndex, parallelism: 5 }, [{ index: 0, phase: 'Failed', ended: 1 }], { do: 'create-indexes', indexes: [1, 2, 3, 4] }],
  ['tries an index again after its pause', { ...perIndex, completions: 1 }, [{ index: 0, phase: 'Failed', ended: 3 }], { do: 'wait', milliseconds: 7000 }],
  ['tries no failed index', { ...perIndex, completions: 2 }, [{ index: 0, phase: 'Failed', ended: 99, failures: 1 }], { do: 'create-indexes', indexes: [1] }],
])('%s', (_, spec, pods, expected) => {
  expect(plan(job(spec), pods.map(jobPod))).toEqual(expected);
});

it('without completions: one success ends the making of pods, and of no other', () => {
  const { completions: _, ...spec } = job({ parallelism: 3 }).spec ?? { template: {} };
  const queue = { ...job(), spec };
  expect(plan(queue, [jobPod()])).toEqual({ do: 'create', count: 2 });
  expect(plan(queue, [jobPod(), jobPod(succeeded)])).toEqual({ do: 'nothing' });
});

it('waits after failures', () => {
  expect(plan(job(), [], { failures: 1, lastFailure: NOW - 4000 })).toEqual({ do: 'wait', milliseconds: 6000 });
});

it('tells a pod its index, and how often it failed', () => {
  const of = job({ ...perIndex, template: { spec: { containers: [{ name: 'c', env: [{ name: 'A', value: 'b' }] }, { name: 'own', env: [{ name: 'JOB_COMPLETION_INDEX', value: 'x' }] }] } } });
  const { metadata, spec } = indexedTemplate(of, 3, jobPod({ index: 3, failures: 1 }));
  expect(metadata).toMatchObject({
    labels: { 'batch.kubernetes.io/job-completion-index': '3' },
    annotations: { 'batch.kubernetes.io/job-completion-index': '3', 'batch.kubernetes.io/job-index-failure-count': '2' },
    finalizers: ['batch.kubernetes.io/job-tracking'],
  });
  expect(spec?.hostname).toBe('work-3');
  const fieldRef = { fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']" };
  expect(spec?.containers.map(({ env }) => env)).toEqual([[{ name: 'A', value: 'b' }, { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef } }], [{ name: 'JOB_COMPLETION_INDEX', value: 'x' }]]);
  expect(indexedPrefix('j'.repeat(63), 12)).toBe(`${'j'.repeat(54)}-12-`);
});
