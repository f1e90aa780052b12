import { type Pod, uidOf } from '../objects';
import { podOf } from '../testing/objects';
import { statsOf, type Used } from '../testing/stats';
import { ranked } from './rank';
import type { Signal } from './signals';

interface Candidate extends Used {
  readonly priority?: number;
  readonly requests?: Readonly<Record<string, string>>;
  readonly isUnknown?: true;
}

function order(candidates: Readonly<Record<string, Candidate>>, signal: Signal, hasImageFs = false): string {
  const pods = Object.entries(candidates).map(([name, { priority, requests = {} }]): Pod => {
    const pod = podOf([], { containers: [{ name: 'a', image: 'i', resources: { requests } }], ...(priority !== undefined && { priority }) });
    return { ...pod, metadata: { ...pod.metadata, name, uid: name } };
  });
  const known = pods.filter((pod) => !candidates[uidOf(pod)]?.isUnknown);
  const stats = new Map(known.map((pod) => [uidOf(pod), statsOf(pod, candidates[uidOf(pod)] ?? {})]));
  return ranked(pods, stats, signal, hasImageFs).map(({ metadata }) => metadata.name).join();
}

it.each<[string, Readonly<Record<string, Candidate>>, Signal, string]>([
  ['who uses more than he asked for', { within: { memory: 90, requests: { memory: '100' } }, above: { memory: 20, requests: { memory: '10' }, priority: 9 } }, 'memory.available', 'above,within'],
  ['of these, who matters least', { high: { memory: 500, priority: 10 }, low: { memory: 1, priority: -1 }, none: { memory: 1 } }, 'memory.available', 'low,none,high'],
  ['of these, who uses the most more', { some: { memory: 50 }, much: { memory: 200, requests: { memory: '100' } } }, 'memory.available', 'much,some'],
  ['of whom nothing is known', { known: { memory: 500 }, unknown: { isUnknown: true, priority: 100 } }, 'memory.available', 'unknown,known'],
  ['who has the most processes, of the same priority', { few: { processes: 1 }, many: { processes: 9 }, important: { processes: 99, priority: 1 } }, 'pid.available', 'many,few,important'],
  ['who has the most on disk, wherever', { writes: { rootfs: 50 }, logs: { logs: 60 }, stores: { volumes: { v: 70 } } }, 'nodefs.available', 'stores,logs,writes'],
  ['who has the most files', { few: { logs: 1 }, many: { logs: 9 } }, 'nodefs.inodesFree', 'many,few'],
])('comes first: %s', (_who, candidates, signal, expected) => {
  expect(order(candidates, signal)).toBe(expected);
});

it('counts what lies on the disk that is full, where images have one of their own', () => {
  const candidates = { writes: { rootfs: 500 }, logs: { logs: 60 } };
  expect(order(candidates, 'nodefs.available', true)).toBe('logs,writes');
  expect(order(candidates, 'imagefs.available', true)).toBe('writes,logs');
});
