import type { Point } from './points';
import { MetricsStorage } from './storage';

const SECOND = 1000;
const point = (time: number, cpu: number, more: Partial<Point> = {}): Point => ({ startTime: undefined, time: time * SECOND, cpu: cpu * 1e9, memory: 100, swap: undefined, ...more });
const container = (startTime: number, time: number, cpu: number): Point => point(time, cpu, { startTime: startTime * SECOND });

function afterNodes(...points: (Point | undefined)[]): MetricsStorage {
  const storage = new MetricsStorage(60 * SECOND);
  for (const each of points) storage.store({ nodes: new Map(each ? [['n', each]] : []), pods: new Map() });
  return storage;
}

function afterPods(...batches: Record<string, Point>[]): MetricsStorage {
  const storage = new MetricsStorage(60 * SECOND);
  for (const each of batches) storage.store({ nodes: new Map(), pods: new Map([['d/p', new Map(Object.entries(each))]]) });
  return storage;
}

describe('the usage of a node', () => {
  it.each([
    ['needs two points', [point(10, 1)], undefined],
    ['is counted between the last two', [point(0, 0), point(10, 1), point(20, 6)], { cpu: 5e8, time: 20_000, window: 10_000 }],
    ['stays while the kubelet says the same again', [point(10, 1), point(20, 6), point(20, 6)], { cpu: 5e8, time: 20_000, window: 10_000 }],
    ['is counted from the point before where a point is older than the last one', [point(10, 1), point(20, 6), point(15, 2)], { cpu: 2e8, time: 15_000, window: 5000 }],
    ['is unknown where a point is older than both', [point(10, 1), point(20, 6), point(5, 0.5)], undefined],
    ['is unknown where the count went back: the node was started anew', [point(10, 5), point(20, 1)], undefined],
    ['is known again after that', [point(10, 5), point(20, 1), point(30, 2)], { cpu: 1e8, time: 30_000, window: 10_000 }],
    ['goes with the node', [point(10, 1), point(20, 6), undefined], undefined],
    ['begins anew after a scrape that failed', [point(10, 1), point(20, 6), undefined, point(40, 7)], undefined],
    ['is a whole number of billionths', [point(10, 1), point(13, 2)], { cpu: 333_333_333, time: 13_000, window: 3000 }],
  ])('%s', (_, points, usage) => {
    const found = afterNodes(...points).nodeUsage('n');
    expect(found).toEqual(usage && { memory: 100, swap: undefined, ...usage });
  });
});

describe('the usage of a pod', () => {
  it.each<[string, Record<string, Point>[], Record<string, number> | undefined]>([
    ['of a container that goes on', [{ a: container(-100, 10, 1) }, { a: container(-100, 20, 3) }], { a: 2e8 }],
    ['of a fresh container is counted from its start', [{ a: container(0, 20, 4) }], { a: 2e8 }],
    ['of one that has run for less than ten seconds is not known', [{ a: container(0, 9, 4) }], undefined],
    ['of one that is older than a scrape needs two points', [{ a: container(0, 60, 4) }], undefined],
    ['of a container that was started anew is not known', [{ a: container(-100, 10, 4) }, { a: container(15, 20, 1) }], undefined],
    ['of a container that was started anew a while ago is counted from its start', [{ a: container(-100, 10, 4) }, { a: container(15, 30, 3) }], { a: 2e8 }],
    ['waits for all containers', [{ a: container(-100, 10, 1) }, { a: container(-100, 20, 3), b: container(-100, 20, 3) }], undefined],
    ['leaves out a container whose count went back', [{ a: container(-100, 10, 1), b: container(-100, 10, 5) }, { a: container(-100, 20, 3), b: container(-100, 20, 4) }], { a: 2e8 }],
    ['forgets a container that is gone', [{ a: container(-100, 10, 1), b: container(-100, 10, 5) }, { a: container(-100, 20, 3) }], { a: 2e8 }],
  ])('%s', (_, batches, cpu) => {
    const found = afterPods(...batches).podUsage('d/p');
    expect(found && Object.fromEntries(found.containers.map(({ name, usage }) => [name, usage.cpu]))).toEqual(cpu);
  });

  it('has the time of the container that was measured first', () => {
    const storage = afterPods({ a: container(-100, 10, 1), b: container(-100, 9, 1) }, { a: container(-100, 20, 2), b: container(-100, 17, 2) });
    expect(storage.podUsage('d/p')).toMatchObject({ time: 17_000, window: 8000 });
    expect(storage.podUsage('d/other')).toBeUndefined();
  });
});

it('is ready when there is usage to tell', () => {
  expect(afterNodes(point(10, 1)).isReady).toBe(false);
  expect(afterNodes(point(10, 1), point(20, 2)).counts()).toEqual({ node: 1, container: 0 });
  expect(afterPods({ a: container(0, 20, 1) }).isReady).toBe(true);
});
