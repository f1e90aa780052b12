import { FakeClock } from '@typekube/component-base/testing';
import { MetricsRegistry } from '@typekube/component-base';
import { workQueueMetrics } from './metrics';
import { controllerRateLimiter, itemRateLimiter } from './rate-limiter';
import { WorkQueue } from './work-queue';

type Queue = WorkQueue<string>;

/** Takes what is there now, without waiting. */
async function takeAll(queue: Queue): Promise<string[]> {
  const taken: string[] = [];
  while (queue.size > 0) taken.push((await queue.take()) ?? '');
  return taken;
}

it.each<[string, (queue: Queue, clock: FakeClock) => unknown, string[]]>([
  ['gives items in order', (q) => ['b', 'a', 'c'].forEach((item) => q.add(item)), ['b', 'a', 'c']],
  ['holds an item once', (q) => ['a', 'b', 'a'].forEach((item) => q.add(item)), ['a', 'b']],
  ['does not give out what is worked on', async (q) => (q.add('a'), await q.take(), q.add('a')), []],
  ['gives it again when that is done', async (q) => (q.add('a'), await q.take(), q.add('a'), q.add('a'), q.done('a')), ['a']],
  ['does not give again what was only done', async (q) => (q.add('a'), await q.take(), q.done('a')), []],
  ['puts what comes again behind', async (q) => (q.add('a'), q.add('b'), await q.take(), q.add('a'), q.done('a')), ['b', 'a']],
  ['waits for a delay', (q, c) => (q.addAfter('a', 100), c.advance(99)), []],
  ['gives what waited', (q, c) => (q.addAfter('b', 200), q.addAfter('a', 100), c.advance(200)), ['a', 'b']],
  ['adds at once without a delay', (q) => q.addAfter('a', 0), ['a']],
  [
    'keeps the shorter of two delays, if it came first',
    (q, c) => (q.addAfter('a', 100), q.addAfter('a', 200), c.advance(100)),
    ['a'],
  ],
  [
    'keeps the shorter of two delays, if it came last',
    (q, c) => (q.addAfter('a', 200), q.addAfter('a', 100), c.advance(100)),
    ['a'],
  ],
  [
    'gives it once for two delays',
    async (q, c) => (q.addAfter('a', 200), q.addAfter('a', 100), c.advance(100), await q.take(), c.advance(200), q.done('a')),
    [],
  ],
  ['retries sooner at first', (q, c) => (q.addRateLimited('a'), c.advance(5)), ['a']],
  [
    'retries later each time',
    (q, c) => (q.addRateLimited('a'), c.advance(5), q.addRateLimited('b'), q.addRateLimited('b'), c.advance(4)),
    ['a'],
  ],
  ['takes nothing when shut down', (q) => (q.add('a'), q.shutDown(), q.add('b')), ['a']],
  ['drops delays when shut down', (q, c) => (q.addAfter('a', 10), q.shutDown(), c.advance(10)), []],
])('%s', async (_, act, expected) => {
  const clock = new FakeClock();
  const queue = new WorkQueue<string>({ clock });
  await act(queue, clock);
  expect(await takeAll(queue)).toEqual(expected);
});

it('hands an item to whoever waits, and ends waiting when shut down', async () => {
  const queue = new WorkQueue<string>();
  const waiting = [queue.take(), queue.take()];
  queue.add('a');
  queue.shutDown();
  expect(await Promise.all(waiting)).toEqual(['a', undefined]);
  expect(await queue.take()).toBeUndefined();
});

it('is drained when everything is done', async () => {
  const queue = new WorkQueue<string>();
  queue.add('a');
  queue.add('b');
  await queue.take();
  let drained = false;
  const draining = queue.drain().then(() => (drained = true));
  queue.done('a');
  await Promise.resolve();
  expect(drained).toBe(false);
  queue.done((await queue.take()) ?? '');
  await draining;
});

it('pauses an item longer with each failure, up to a limit, until it is forgotten', () => {
  const limiter = itemRateLimiter<string>();
  expect([1, 2, 3, 4].map(() => limiter.when('a'))).toEqual([5, 10, 20, 40]);
  expect(limiter.when('b')).toBe(5);
  expect(limiter.failures('a')).toBe(4);
  for (let i = 0; i < 40; i++) limiter.when('a');
  expect(limiter.when('a')).toBe(1_000_000);
  limiter.forget('a');
  expect([limiter.failures('a'), limiter.when('a')]).toEqual([0, 5]);
});

it('bounds the retries of all items together', () => {
  const limiter = controllerRateLimiter<number>({ clock: new FakeClock() });
  const pauses = Array.from({ length: 102 }, (_, i) => limiter.when(i));
  expect(pauses.slice(0, 100)).toEqual(Array(100).fill(5));
  expect(pauses.slice(100)).toEqual([100, 200]);
});

it("counts under upstream's names", async () => {
  const clock = new FakeClock();
  const registry = new MetricsRegistry();
  const queue = new WorkQueue<string>({ clock, metrics: workQueueMetrics(registry)('pods') });
  ['a', 'b', 'a'].forEach((item) => queue.add(item));
  clock.advance(2000);
  await queue.take();
  clock.advance(3000);
  queue.addRateLimited('a');
  const { body } = await registry.expose();
  for (const line of [
    'workqueue_adds_total{name="pods"} 2',
    'workqueue_depth{name="pods"} 1',
    'workqueue_retries_total{name="pods"} 1',
    'workqueue_queue_duration_seconds_sum{name="pods"} 2',
    'workqueue_unfinished_work_seconds{name="pods"} 3',
    'workqueue_longest_running_processor_seconds{name="pods"} 3',
  ]) {
    expect(body).toContain(line);
  }
  queue.done('a');
  expect((await registry.expose()).body).toContain('workqueue_work_duration_seconds_sum{name="pods"} 3');
});
