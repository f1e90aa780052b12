import type { DeleteOptions } from '@typekube/apimachinery';
import type { Strategy } from '@typekube/api';
import type { KubeObject } from '@typekube/apimachinery';
import { isReadyToDelete, planDeletion } from './deletion';
import type { ResourceHooks } from './resource-hooks';

const now = new Date('2026-01-01T00:01:00Z');
const graceful: Strategy = { gracePeriodSeconds: (_object, requested) => requested ?? 30 };

type Metadata = KubeObject['metadata'];

function plan(metadata: Metadata, options: DeleteOptions = {}, strategy: Strategy = {}, hooks: ResourceHooks = {}): [string, Metadata | undefined] {
  const object: KubeObject = { kind: 'Thing', apiVersion: 'v1', metadata: { name: 'a', ...metadata } };
  const decided = planDeletion(object, options, { strategy, hooks, now });
  return [decided.step, decided.step === 'mark' ? decided.object.metadata : undefined];
}

const going = (deletionTimestamp: string, deletionGracePeriodSeconds?: number): Metadata => ({
  deletionTimestamp,
  ...(deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
});

describe('planDeletion', () => {
  it.each<[string, Metadata, DeleteOptions, Strategy, string]>([
    ['nothing holds it', {}, {}, {}, 'remove'],
    ['its grace period is 0', {}, { gracePeriodSeconds: 0 }, graceful, 'remove'],
    ['its grace period is over', going('2026-01-01T00:00:30Z', 0), {}, graceful, 'remove'],
    ['it is going, and nothing else is asked', going('2026-01-01T00:01:20Z', 30), {}, graceful, 'wait'],
    ['it is going as soon as asked', going('2026-01-01T00:01:20Z', 30), { gracePeriodSeconds: 30 }, graceful, 'wait'],
    ['only a finalizer keeps it already', { ...going('2026-01-01T00:00:30Z', 0), finalizers: ['x/y'] }, {}, {}, 'wait'],
    ['it is to go now', going('2026-01-01T00:01:20Z', 30), { gracePeriodSeconds: 0 }, graceful, 'remove'],
  ])('where %s', (_when, metadata, options, strategy, step) => {
    expect(plan(metadata, options, strategy)[0]).toBe(step);
  });

  it.each<[string, Metadata, DeleteOptions, Strategy, Metadata]>([
    [
      'a grace period',
      { generation: 3 }, {}, graceful,
      { generation: 4, deletionTimestamp: '2026-01-01T00:01:30Z', deletionGracePeriodSeconds: 30 },
    ],
    [
      'a shorter grace period, from the first delete on',
      going('2026-01-01T00:01:20Z', 30), { gracePeriodSeconds: 5 }, graceful,
      { deletionTimestamp: '2026-01-01T00:00:55Z', deletionGracePeriodSeconds: 5 },
    ],
    [
      'a negative grace period as one second',
      going('2026-01-01T00:01:20Z', 30), { gracePeriodSeconds: -5 }, graceful,
      { deletionTimestamp: '2026-01-01T00:00:51Z', deletionGracePeriodSeconds: 1 },
    ],
    [
      'finalizers',
      { generation: 1, finalizers: ['x/y'] }, {}, {},
      { generation: 2, finalizers: ['x/y'], deletionTimestamp: '2026-01-01T00:01:00Z', deletionGracePeriodSeconds: 0 },
    ],
    [
      'the policy Foreground',
      {}, { propagationPolicy: 'Foreground' }, {},
      { finalizers: ['foregroundDeletion'], deletionTimestamp: '2026-01-01T00:01:00Z', deletionGracePeriodSeconds: 0 },
    ],
    [
      'the policy of the kind',
      {}, {}, { defaultPropagation: 'orphan' },
      { finalizers: ['orphan'], deletionTimestamp: '2026-01-01T00:01:00Z', deletionGracePeriodSeconds: 0 },
    ],
    [
      'another policy than before',
      { ...going('2026-01-01T00:00:30Z', 0), finalizers: ['orphan', 'x/y'] }, { propagationPolicy: 'Background' }, {},
      { finalizers: ['x/y'], deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 0 },
    ],
  ])('marks for %s', (_what, metadata, options, strategy, marked) => {
    expect(plan(metadata, options, strategy)).toEqual(['mark', { name: 'a', ...marked }]);
  });

  it('asks the kind what else holds it, once', () => {
    const hooks: ResourceHooks = { holdsDeletion: () => true };
    expect(plan({}, {}, {}, hooks)[0]).toBe('mark');
    expect(plan(going('2026-01-01T00:00:30Z'), {}, {}, hooks)[0]).toBe('wait');
  });
});

it.each<[Metadata, boolean]>([
  [{}, false],
  [going('2026-01-01T00:00:00Z'), true],
  [going('2026-01-01T00:00:00Z', 0), true],
  [going('2026-01-01T00:00:00Z', 5), false],
  [{ ...going('2026-01-01T00:00:00Z'), finalizers: ['x/y'] }, false],
])('%j is ready to be deleted: %s', (metadata, isReady) => {
  expect(isReadyToDelete({ kind: 'Thing', apiVersion: 'v1', metadata }, {})).toBe(isReady);
  expect(isReadyToDelete({ kind: 'Thing', apiVersion: 'v1', metadata }, { holdsDeletion: () => true })).toBe(false);
});
