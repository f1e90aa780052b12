import { silentLogger } from '@typekube/component-base';
import { FakeClock } from '@typekube/component-base/testing';
import type { NodeEvent } from '../node/node-events';
import type { Pod, PodSpec } from '../objects';
import { podOf } from '../testing/objects';
import { lookOf, statsOf, type Used } from '../testing/stats';
import { type Eviction, EvictionManager } from './eviction-manager';
import { type ThresholdFields, thresholdsOf } from './thresholds';

const named = (name: string, spec: Partial<PodSpec> = {}): Pod => {
  const pod = podOf(['a'], spec);
  return { ...pod, metadata: { ...pod.metadata, name, uid: name } };
};

/** A node whose pods go when they are told to, and that has what they used again. */
class Node {
  readonly events: NodeEvent[] = [];
  readonly evicted: [string, Eviction][] = [];
  readonly clock = new FakeClock();
  changes = 0;
  reclaimable = 0;
  private readonly pods: Map<string, { readonly pod: Pod; readonly used: Used }>;
  readonly manager: EvictionManager;

  constructor(
    pods: readonly (readonly [Pod, Used])[],
    private readonly options: { readonly memory?: number; readonly disk?: number; readonly fields: ThresholdFields; readonly maxPodGracePeriodSeconds?: number },
  ) {
    this.pods = new Map(pods.map(([pod, used]) => [pod.metadata.name ?? '', { pod, used }]));
    this.manager = new EvictionManager({
      rules: { thresholds: thresholdsOf(options.fields), transitionPeriod: 60_000, maxPodGracePeriodSeconds: options.maxPodGracePeriodSeconds ?? 0, limitsLocalStorage: true },
      stats: { look: async () => this.look() },
      pods: () => [...this.pods.values()].map(({ pod }) => ({ pod, evict: async (eviction: Eviction) => this.evict(pod, eviction) })),
      reclaimDisk: async () => void (this.reclaimed = this.reclaimable),
      record: (event) => this.events.push(event),
      onChange: () => this.changes++,
      clock: this.clock,
      log: silentLogger,
    });
  }

  private reclaimed = 0;

  private look(): ReturnType<typeof lookOf> {
    const all = [...this.pods.values()];
    const used = (read: (used: Used) => number): number => all.reduce((total, each) => total + read(each.used), 0);
    const { memory = 1000, disk = 1000 } = this.options;
    return lookOf(all.map(({ pod, used: own }) => statsOf(pod, own)), { memory: memory - used((each) => each.memory ?? 0), disk: disk + this.reclaimed - used((each) => each.logs ?? 0) });
  }

  private evict(pod: Pod, eviction: Eviction): void {
    const name = pod.metadata.name ?? '';
    this.evicted.push([name, eviction]);
    this.pods.delete(name);
  }
}

it('ends one pod after the other until there is enough, and says why', async () => {
  const node = new Node([[named('small'), { memory: 100 }], [named('large'), { memory: 600 }], [named('middle'), { memory: 250 }]], { fields: { evictionHard: { 'memory.available': '300' } } });
  expect(await node.manager.step()).toBe(true);
  expect(node.manager.pressures).toEqual(['MemoryPressure']);
  expect(node.events).toEqual([{ type: 'Warning', reason: 'EvictionThresholdMet', message: 'Attempting to reclaim memory' }]);
  const message = 'The node was low on resource: memory. Threshold quantity: 300, available: 50. Container a was using 600, request is 0, has larger consumption of memory. ';
  expect(node.evicted).toEqual([['large', { message, seconds: 1, isDisruption: true }]]);
  expect(await node.manager.step()).toBe(false);
  expect([node.evicted.length, node.changes]).toEqual([1, 1]);
});

it('leaves pods that the node cannot be without, and those alone if there are no others', async () => {
  const node = new Node([[named('critical', { priority: 2_000_000_000 }), { memory: 900 }]], { fields: { evictionHard: { 'memory.available': '300' } } });
  expect(await node.manager.step()).toBe(false);
  expect(node.evicted).toEqual([]);
});

it('ends no pod where it is enough to remove what nobody uses', async () => {
  const node = new Node([[named('writer'), { logs: 100 }]], { disk: 150, fields: { evictionHard: { 'nodefs.available': '100' } } });
  node.reclaimable = 60;
  expect(await node.manager.step()).toBe(false);
  expect(node.manager.pressures).toEqual(['DiskPressure']);
  expect(node.evicted).toEqual([]);
});

it('ends a pod where that is not enough', async () => {
  const node = new Node([[named('writer'), { logs: 100 }]], { disk: 150, fields: { evictionHard: { 'nodefs.available': '100' } } });
  node.reclaimable = 40;
  expect(await node.manager.step()).toBe(true);
  expect(node.evicted.map(([name]) => name)).toEqual(['writer']);
});

it('ends all pods that take more than their own limits, which is nobody else’s fault', async () => {
  const volumes = [{ name: 'v', emptyDir: { sizeLimit: '10' } }];
  const node = new Node([[named('one', { volumes }), { volumes: { v: 11 } }], [named('two', { volumes }), { volumes: { v: 12 } }], [named('good', { volumes }), { volumes: { v: 10 } }]], { fields: {} });
  expect(await node.manager.step()).toBe(true);
  expect(node.evicted.map(([name, { isDisruption }]) => [name, isDisruption])).toEqual([['one', false], ['two', false]]);
});

it('gives pods as long as it may for a soft threshold', async () => {
  const soft = { evictionHard: {}, evictionSoft: { 'memory.available': '300' }, evictionSoftGracePeriod: { 'memory.available': '30s' } };
  const node = new Node([[named('a'), { memory: 900 }]], { fields: soft, maxPodGracePeriodSeconds: 20 });
  expect(await node.manager.step()).toBe(false);
  expect(node.manager.pressures).toEqual(['MemoryPressure']);
  node.clock.advance(30_000);
  expect(await node.manager.step()).toBe(true);
  expect(node.evicted.map(([name, { seconds }]) => [name, seconds])).toEqual([['a', 20]]);
});
