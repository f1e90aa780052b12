import { FakeClock } from '@typekube/component-base/testing';
import { SchedulerCache } from './cache/cache';
import { PodFollower } from './cluster/follow';
import type { ClusterWriter } from './framework/cluster-writer';
import type { ClusterReader } from './framework/handle';
import type { Pod } from './framework/objects';
import type { Plugin } from './framework/plugin';
import { unschedulable } from './framework/status';
import { WaitingPods } from './framework/waiting-pods';
import { hintTable } from './queue/hints';
import { SchedulingQueue } from './queue/scheduling-queue';
import { NodeChooser } from './schedule-one';
import { Scheduler } from './scheduler';
import { makeNode, makePod, testFramework, testHandle } from './testing';

interface Setup {
  readonly plugin?: Plugin;
  readonly bind?: (pod: Pod, nodeName: string) => Promise<void>;
}

/** A scheduler with one node of four cores, whose writes are noted. */
function setUp({ plugin, bind = () => Promise.resolve() }: Setup = {}) {
  const clock = new FakeClock(1000);
  const cache = new SchedulerCache({ clock });
  cache.addNode(makeNode('n'));
  const written: string[] = [];
  const known = new Map<string, Pod>();
  const waitingPods = new WaitingPods();
  const writer: ClusterWriter = {
    bind: async (pod, nodeName) => {
      await bind(pod, nodeName);
      written.push(`bind ${pod.metadata.name} ${nodeName}`);
    },
    selectNode: () => Promise.resolve(),
    keepVolume: () => Promise.resolve(),
    deletePod: () => Promise.resolve(),
    patchStatus: async (pod, { condition }) =>
      void written.push(`${pod.metadata.name} ${condition?.reason}: ${condition?.message}`),
    event: () => undefined,
  };
  const further = plugin ? [{ name: plugin.name, create: () => plugin }] : [];
  const hints = () => hintTable(plugin ? [plugin] : []);
  const queue = new SchedulingQueue({ less: (a, b) => a.timestamp < b.timestamp, hints, clock });
  const reader: ClusterReader = { ...testHandle({}, cache.snapshot()).cluster, pod: (_, name) => known.get(name) };
  const handle = { snapshot: () => cache.snapshot(), nominator: queue.nominator, waitingPods, clock };
  const framework = testFramework({ snapshot: cache.snapshot(), further, writer, handle });
  const profiles = new Map([['default-scheduler', framework]]);
  const scheduler = new Scheduler({
    profiles,
    queue,
    cache,
    chooser: new NodeChooser(),
    waitingPods,
    stop: new AbortController(),
    reader,
    writer,
    clock,
  });
  const follower = new PodFollower({ cache, queue, waitingPods, isResponsible: (name) => profiles.has(name) });
  const create = (pod: Pod): void => {
    known.set(pod.metadata.name ?? '', pod);
    follower.change(undefined, pod);
  };
  /** Attempts whatever is active, and waits for bindings to settle. */
  const settle = async (): Promise<void> => {
    while (queue.sizes().active) {
      const queued = await queue.pop();
      if (queued) await scheduler.scheduleOne(queued);
    }
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { scheduler, clock, cache, queue, written, waitingPods, create, settle, follower, known };
}

it('binds beside the next pods, which see the node as taken', async () => {
  let release = (): void => undefined;
  const { create, settle, written } = setUp({ bind: () => new Promise((resolve) => (release = resolve)) });
  create(makePod('first', { requests: { cpu: '3' } }));
  create(makePod('second', { requests: { cpu: '3' } }));
  await settle();
  expect(written).toEqual([
    'second Unschedulable: 0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
  ]);
  release();
  await new Promise((resolve) => setImmediate(resolve));
  expect(written[1]).toBe('bind first n');
});

it('frees the node and tries again when a binding fails', async () => {
  let failures = 1;
  const { create, settle, written, cache, clock, queue } = setUp({
    bind: () => (failures-- > 0 ? Promise.reject(new Error('no connection')) : Promise.resolve()),
  });
  create(makePod('p', { requests: { cpu: '3' } }));
  await settle();
  expect(written).toEqual(['p SchedulerError: running Bind plugin "DefaultBinder": no connection']);
  expect(cache.counts().assumedPods).toBe(0);
  expect(queue.sizes()).toMatchObject({ backoff: 1 });
  clock.advance(1000);
  await settle();
  expect(written.at(-1)).toBe('bind p n');
});

it('drops a pod that goes while it is being scheduled', async () => {
  const pod = makePod('p');
  const plugin: Plugin = {
    name: 'Slow',
    filter: () => {
      known.delete('p');
      follower.change(pod, undefined);
      return unschedulable('too late');
    },
  };
  const { create, settle, written, queue, follower, known } = setUp({ plugin });
  create(pod);
  await settle();
  expect(written).toEqual([]);
  expect(queue.pendingPods()).toEqual([]);
});

describe('Permit', () => {
  const waits = (): Plugin => ({
    name: 'Gate',
    permit: () => ({ status: { code: 'Wait', reasons: [] }, timeoutMilliseconds: 5000 }),
  });

  it('has a pod wait until it is allowed', async () => {
    const { create, settle, written, waitingPods } = setUp({ plugin: waits() });
    create(makePod('p'));
    await settle();
    expect(written).toEqual([]);
    expect(waitingPods.get('p')?.pendingPlugins()).toEqual(['Gate']);
    waitingPods.get('p')?.allow('Gate');
    await settle();
    expect(written).toEqual(['bind p n']);
    expect(waitingPods.all()).toEqual([]);
  });

  it('refuses a pod that waited for too long', async () => {
    const { create, settle, written, clock, cache } = setUp({ plugin: waits() });
    create(makePod('p'));
    await settle();
    clock.advance(5000);
    await settle();
    expect(written[0]).toContain(
      'p Unschedulable: 0/1 nodes are available: 1 rejected due to timeout after waiting 5s at plugin Gate.',
    );
    expect(cache.counts().assumedPods).toBe(0);
  });

  it('gives a waiting pod up when the scheduler stops', async () => {
    const { create, scheduler, queue, written } = setUp({ plugin: waits() });
    create(makePod('p'));
    const running = scheduler.run();
    await new Promise((resolve) => setImmediate(resolve));
    queue.close();
    await running;
    expect(written).toEqual(['p Unschedulable: 0/1 nodes are available: 1 the scheduler is stopping.']);
  });

  it('refuses at once', async () => {
    const plugin: Plugin = { name: 'Gate', permit: () => ({ status: unschedulable('not now') }) };
    const { create, settle, written } = setUp({ plugin });
    create(makePod('p'));
    await settle();
    expect(written).toEqual(['p Unschedulable: 0/1 nodes are available: 1 not now.']);
  });
});

it('undoes every reservation when one is refused', async () => {
  const undone: string[] = [];
  const plugin: Plugin = {
    name: 'Quota',
    reserve: () => unschedulable('quota exceeded'),
    unreserve: (_state, pod) => void undone.push(pod.metadata.name ?? ''),
  };
  const { create, settle, written, cache } = setUp({ plugin });
  create(makePod('p'));
  await settle();
  expect(undone).toEqual(['p']);
  expect(written).toEqual(['p Unschedulable: 0/1 nodes are available: 1 quota exceeded.']);
  expect(cache.counts().assumedPods).toBe(0);
});
