import { FakeClock } from '@typekube/component-base/testing';
import { ActionType, type ClusterChange, type EventToRegister } from '../framework/events';
import type { Pod } from '../framework/objects';
import { saidBy } from '../framework/status';
import type { QueuedPod } from '../framework/queued-pod';
import { PrioritySort } from '../plugins/priority-sort';
import { SchedulingGates } from '../plugins/scheduling-gates';
import { makePod } from '../testing';
import { NO_NODES } from './hints';
import { SchedulingQueue } from './scheduling-queue';

const sort = new PrioritySort();
const gates = new SchedulingGates();
const nodeAdd: ClusterChange = { event: { resource: 'Node', action: ActionType.Add, label: 'NodeAdd' } };
const podDelete: ClusterChange = { event: { resource: 'AssignedPod', action: ActionType.Delete, label: 'AssignedPodDelete' } };

const HINTS = new Map<string, readonly EventToRegister[]>([
  ['Fit', [{ resource: 'Node', action: ActionType.Add }]],
  ['Picky', [{ resource: 'Node', action: ActionType.Add, hint: () => 'Skip' }]],
  [
    'Broken',
    [
      {
        resource: 'Node',
        action: ActionType.Add,
        hint: () => {
          throw new Error('broken');
        },
      },
    ],
  ],
  [gates.name, gates.eventsToRegister()],
]);

let clock: FakeClock;
let queue: SchedulingQueue;
beforeEach(() => {
  clock = new FakeClock(1000);
  const preEnqueue = (pod: Pod) => {
    const status = gates.preEnqueue(pod);
    return status && saidBy(gates.name, status);
  };
  queue = new SchedulingQueue({ less: (a, b) => sort.less(a, b), preEnqueue, hints: () => HINTS, clock });
});
afterEach(() => queue.close());

async function popped(): Promise<QueuedPod> {
  const queued = await queue.pop();
  if (!queued) throw new Error('the queue is closed');
  return queued;
}

/** Takes the next pod and gives it back as refused by those plugins. */
async function refuse(...plugins: string[]): Promise<QueuedPod> {
  const queued = await popped();
  queued.unschedulablePlugins = new Set(plugins);
  queue.addUnschedulable(queued);
  return queued;
}

it('gives pods by priority, then by age', async () => {
  queue.add(makePod('first'));
  clock.advance(1);
  queue.add(makePod('second'));
  queue.add(makePod('important', { priority: 10 }));
  const names = [await popped(), await popped(), await popped()].map(({ uid }) => uid);
  expect(names).toEqual(['important', 'first', 'second']);
});

it('waits for a pod, and ends with the queue', async () => {
  const next = queue.pop();
  queue.add(makePod('p'));
  expect((await next)?.uid).toBe('p');
  const last = queue.pop();
  queue.close();
  expect(await last).toBeUndefined();
});

it('keeps a refused pod until something happens that may help, and then for its backoff', async () => {
  queue.add(makePod('p'));
  await refuse('Fit');
  expect(queue.sizes()).toMatchObject({ active: 0, backoff: 0, unschedulable: 1 });
  queue.onChange(podDelete);
  expect(queue.sizes()).toMatchObject({ unschedulable: 1 });
  queue.onChange(nodeAdd);
  expect(queue.sizes()).toMatchObject({ unschedulable: 0, backoff: 1 });
  clock.advance(999);
  expect(queue.sizes()).toMatchObject({ backoff: 1 });
  clock.advance(1);
  expect(queue.sizes()).toMatchObject({ active: 1, backoff: 0 });
});

it('doubles the backoff with each refusal, up to ten seconds', async () => {
  queue.add(makePod('p'));
  for (const seconds of [1, 2, 4, 8, 10, 10]) {
    await refuse('Fit');
    queue.onChange(nodeAdd);
    clock.advance(seconds * 1000 - 1);
    expect(queue.sizes()).toMatchObject({ active: 0, backoff: 1 });
    clock.advance(1);
    expect(queue.sizes()).toMatchObject({ active: 1, backoff: 0 });
  }
});

it('needs no backoff where that is over already', async () => {
  queue.add(makePod('p'));
  await refuse('Fit');
  clock.advance(1000);
  queue.onChange(nodeAdd);
  expect(queue.sizes()).toMatchObject({ active: 1 });
});

it.each([
  ['whose hint says no', ['Picky'], 1],
  ['whose hint is broken', ['Broken'], 0],
  ['one of which may be helped', ['Picky', 'Fit'], 0],
])('asks the plugins that refused, %s', async (_, plugins, left) => {
  queue.add(makePod('p'));
  await refuse(...plugins);
  queue.onChange(nodeAdd);
  expect(queue.sizes().unschedulable).toBe(left);
});

it('has pods that found no node at all wait for one', async () => {
  queue.add(makePod('p'));
  await refuse(NO_NODES);
  queue.onChange(podDelete);
  expect(queue.sizes()).toMatchObject({ unschedulable: 1 });
  const next = queue.pop();
  queue.onChange(nodeAdd);
  expect((await next)?.uid).toBe('p');
});

it('lets a pod on at once whose plugin was to act itself', async () => {
  queue.add(makePod('p'));
  const queued = await popped();
  queued.pendingPlugins = new Set(['Fit']);
  queue.addUnschedulable(queued);
  queue.onChange(nodeAdd);
  // PrioritySort sees it, no backoff does; it is refused once, so it would have one.
  expect(queue.sizes()).toMatchObject({ active: 1, backoff: 0 });
});

it('gives a pod before its backoff is over rather than nobody, unless it broke', async () => {
  queue.add(makePod('refused'));
  await refuse('Fit');
  queue.onChange(nodeAdd);
  expect(queue.sizes()).toMatchObject({ active: 0, backoff: 1 });
  const early = await popped();
  expect(early.uid).toBe('refused');
  queue.addUnschedulable(early);
  const next = queue.pop();
  expect(queue.sizes()).toMatchObject({ backoff: 1 });
  clock.advance(1000);
  expect((await next)?.uid).toBe('refused');
});

it('misses nothing that happens while a pod is being scheduled', async () => {
  queue.add(makePod('p'));
  const queued = await popped();
  queue.onChange(nodeAdd);
  queued.unschedulablePlugins = new Set(['Fit']);
  queue.addUnschedulable(queued);
  expect(queue.sizes()).toMatchObject({ unschedulable: 0, backoff: 1 });
});

it('does not count what happened before', async () => {
  queue.add(makePod('a'));
  queue.add(makePod('b'));
  const a = await popped();
  queue.onChange(nodeAdd);
  await refuse('Fit');
  queue.done(a.pod);
  expect(queue.sizes()).toMatchObject({ unschedulable: 1, backoff: 0 });
});

it('tries a pod again that broke, without an event', async () => {
  queue.add(makePod('p'));
  await refuse();
  expect(queue.sizes()).toMatchObject({ backoff: 1 });
});

it('tries pods again that have waited for five minutes', async () => {
  queue.add(makePod('p'));
  await refuse('Picky');
  clock.advance(5 * 60_000);
  expect(queue.sizes()).toMatchObject({ unschedulable: 1 });
  clock.advance(30_000);
  expect(queue.sizes()).toMatchObject({ active: 1, unschedulable: 0 });
});

it('keeps gated pods out until the last gate is gone', async () => {
  const gated = makePod('p', { spec: { schedulingGates: [{ name: 'quota' }] } });
  queue.add(gated);
  expect(queue.sizes()).toEqual({ active: 0, backoff: 0, unschedulable: 0, gated: 1 });
  queue.onChange(nodeAdd);
  expect(queue.sizes()).toMatchObject({ gated: 1 });
  queue.update(gated, makePod('p'));
  expect(queue.sizes()).toMatchObject({ active: 1, gated: 0 });
});

it('forgets deleted pods, wherever they are', async () => {
  const pods = ['active', 'refused', 'broken'].map((name) => makePod(name));
  queue.add(pods[1] ?? makePod(''));
  await refuse('Fit');
  queue.add(pods[2] ?? makePod(''));
  await refuse();
  queue.add(pods[0] ?? makePod(''));
  expect(queue.sizes()).toEqual({ active: 1, backoff: 1, unschedulable: 1, gated: 0 });
  for (const pod of pods) queue.delete(pod);
  expect(queue.sizes()).toEqual({ active: 0, backoff: 0, unschedulable: 0, gated: 0 });
  expect(queue.pendingPods()).toEqual([]);
});

it('activates a waiting pod at once', async () => {
  queue.add(makePod('p'));
  await refuse('Picky');
  queue.activate(makePod('p'));
  expect(queue.sizes()).toMatchObject({ active: 1, unschedulable: 0 });
});

it('knows who is nominated where, while that is not written yet and after', () => {
  const pod = makePod('p');
  const written = makePod('p', { status: { nominatedNodeName: 'n' } });
  queue.add(pod);
  queue.nominator.add(pod, 'n');
  queue.update(pod, makePod('p', { labels: { a: 'b' } }));
  expect(queue.nominator.nominatedPods('n').map(({ metadata }) => metadata.name)).toEqual(['p']);
  queue.update(pod, written);
  expect(queue.nominator.nominatedNode(written)).toBe('n');
  queue.update(written, pod);
  expect(queue.nominator.nominatedPods('n')).toEqual([]);
});
