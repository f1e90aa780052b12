import { FakeClock } from '@typekube/component-base/testing';
import { makeNode, makePod } from '../testing';
import { SchedulerCache } from './cache';
import type { NodeInfo } from './node-info';

const requested = (cache: SchedulerCache, node: string): number | undefined => {
  const info = cache.snapshot().get(node);
  return info?.columns.requested.get('cpu', info.row);
};
const names = (nodes: readonly NodeInfo[]): string[] => nodes.map(({ name }) => name);
const pod = (name: string, nodeName: string, cpu = '1') => makePod(name, { nodeName, requests: { cpu } });

it('counts an assumed pod once, and confirms or corrects it', () => {
  const cache = new SchedulerCache();
  cache.addNode(makeNode('a'));
  cache.addNode(makeNode('b'));
  cache.assume(pod('p', 'a'));
  expect(requested(cache, 'a')).toBe(1000);
  expect(cache.isAssumed(pod('p', 'a'))).toBe(true);
  expect(() => cache.assume(pod('p', 'a'))).toThrow("pod p is in the cache, so can't be assumed");
  cache.addPod(pod('p', 'b'));
  expect([requested(cache, 'a'), requested(cache, 'b'), cache.isAssumed(pod('p', 'b'))]).toEqual([0, 1000, false]);
  cache.forget(pod('p', 'b'));
  expect(requested(cache, 'b')).toBe(1000);
  cache.removePod(pod('p', 'b'));
  expect(requested(cache, 'b')).toBe(0);
});

it('takes an assumption back', () => {
  const cache = new SchedulerCache();
  cache.addNode(makeNode('a'));
  cache.assume(pod('p', 'a'));
  cache.forget(pod('p', 'a'));
  expect(requested(cache, 'a')).toBe(0);
});

it('forgets an assumption that nobody confirms, where it shall, but not before it is bound', () => {
  const clock = new FakeClock();
  const cache = new SchedulerCache({ clock, assumedPodTtl: 1000 });
  cache.addNode(makeNode('a'));
  cache.assume(pod('p', 'a'));
  clock.advance(5000);
  expect(requested(cache, 'a')).toBe(1000);
  cache.finishBinding(pod('p', 'a'));
  clock.advance(1000);
  expect(requested(cache, 'a')).toBe(0);
});

it('knows pods of nodes that come later, or are gone', () => {
  const cache = new SchedulerCache();
  cache.addPod(pod('p', 'late'));
  expect(cache.snapshot().get('late')).toBeUndefined();
  cache.addNode(makeNode('late'));
  expect(requested(cache, 'late')).toBe(1000);
  cache.removeNode(makeNode('late'));
  expect(cache.counts()).toEqual({ nodes: 0, pods: 1, assumedPods: 0 });
  cache.addNode(makeNode('late'));
  expect(requested(cache, 'late')).toBe(1000);
});

it('lets zones take turns', () => {
  const cache = new SchedulerCache();
  const zones = { a1: 'a', a2: 'a', a3: 'a', b1: 'b', c1: 'c', c2: 'c' };
  for (const [name, zone] of Object.entries(zones))
    cache.addNode(makeNode(name, { labels: { 'topology.kubernetes.io/zone': zone } }));
  expect(names(cache.snapshot().nodes)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
});

it('uses the rows of nodes that are gone again, with nothing left in them', () => {
  const cache = new SchedulerCache();
  for (let i = 0; i < 100; i++) {
    cache.addNode(makeNode(`n${i}`, { allocatable: { 'example.com/gpu': '2' } }));
    cache.addPod(makePod(`p${i}`, { nodeName: `n${i}`, requests: { cpu: '1', 'example.com/gpu': '1' } }));
  }
  for (let i = 0; i < 50; i++) {
    cache.removePod(makePod(`p${i}`));
    cache.removeNode(makeNode(`n${i}`));
  }
  cache.addNode(makeNode('new'));
  const info = cache.snapshot().get('new');
  expect(info?.row).toBeLessThan(100);
  expect(['cpu', 'example.com/gpu'].map((name) => info?.columns.requested.get(name, info.row))).toEqual([0, 0]);
  expect(info?.columns.allocatable.get('example.com/gpu', info.row)).toBe(0);
  expect(requested(cache, 'n99')).toBe(1000);
});

it('knows how many nodes have an image', () => {
  const cache = new SchedulerCache();
  const images = [{ names: ['web:v1'], sizeBytes: 10 }];
  cache.addNode(makeNode('a', { images }));
  cache.addNode(makeNode('b', { images }));
  const spread = (node: string): number | undefined => cache.snapshot().get(node)?.images.get('web:v1')?.nodes.size;
  expect(spread('a')).toBe(2);
  cache.updateNode(makeNode('b'));
  expect([spread('a'), spread('b')]).toEqual([1, undefined]);
});

it('can be tried out without changing it', () => {
  const cache = new SchedulerCache();
  cache.addNode(makeNode('a'));
  cache.addPod(pod('p', 'a'));
  const copy = cache.snapshot().get('a')?.clone();
  expect(copy?.removePod(pod('p', 'a'))).toBe(true);
  expect(copy?.columns.requested.get('cpu', copy.row)).toBe(0);
  expect(requested(cache, 'a')).toBe(1000);
});
