import { FakeClock } from '@typekube/component-base/testing';
import type { Flow } from './flow';
import { FlowRequest } from './flow-request';
import { FlowStats } from './flow-stats';
import { LoopTurns, type TurnTaker } from './loop-turns';
import { PriorityLevel } from './priority-level';
import { QueueSet } from './queue-set';
import { ONE_SEAT } from './work-estimate';

/** What waits in a level: `left` requests. */
class Taker implements TurnTaker {
  started = 0;

  constructor(
    readonly weight: number,
    private left: number,
    private readonly width = 1,
  ) {}

  get wantsTurn(): boolean {
    return this.left > 0;
  }

  get nextWidth(): number {
    return this.left > 0 ? this.width : 0;
  }

  startNext(): number {
    if (this.left === 0) return 0;
    this.left -= 1;
    this.started += 1;
    return this.width;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A queue set that takes turns, and a flow of it. */
function openQueues(turns: LoopTurns, clock: FakeClock, limit: number, queueLengthLimit = 50): { set: QueueSet; start(queue: number): FlowRequest } {
  const set = new QueueSet(clock, turns);
  set.configure({ queues: 4, queueLengthLimit }, limit);
  const level = new PriorityLevel('level', { metadata: { name: 'level' } }, clock);
  const start = (queue: number): FlowRequest => {
    const headers = { flowSchemaUid: '', priorityLevelUid: '' };
    const flow: Flow = { schema: 'schema', distinguisher: String(queue), level, hand: [queue], stats: new FlowStats('level', 'schema'), headers };
    const request = new FlowRequest(flow, ONE_SEAT);
    set.start(request, 15);
    return request;
  };
  return { set, start };
}

describe('turns of the loop', () => {
  it('have time for two milliseconds of work', async () => {
    const clock = new FakeClock();
    const turns = new LoopTurns(clock);
    expect(turns.hasTime).toBe(true);
    clock.advance(1.9);
    expect(turns.hasTime).toBe(true);
    clock.advance(0.2);
    expect(turns.hasTime).toBe(false);
    await nextTurn();
    expect(turns.hasTime).toBe(true);
  });

  it('are shared in proportion to seats, some requests in each', async () => {
    const turns = new LoopTurns(new FakeClock());
    const [large, small] = [new Taker(30, 1000), new Taker(10, 1000)];
    turns.join(large);
    turns.join(small);
    await nextTurn();
    expect(large.started + small.started).toBe(6);
    for (let i = 0; i < 9; i += 1) await nextTurn();
    expect(large.started).toBeCloseTo(45, -1);
    expect(small.started).toBeCloseTo(15, -1);
  });

  it('let nobody save up what it did not need', async () => {
    const turns = new LoopTurns(new FakeClock());
    const [busy, late] = [new Taker(10, 1000), new Taker(10, 1000)];
    turns.join(busy);
    for (let i = 0; i < 10; i += 1) await nextTurn();
    const before = busy.started;
    turns.join(late);
    for (let i = 0; i < 10; i += 1) await nextTurn();
    expect(busy.started - before).toBeCloseTo(late.started, -1);
  });

  it('end with what waits', async () => {
    const turns = new LoopTurns(new FakeClock());
    const taker = new Taker(1, 3);
    turns.join(taker);
    for (let i = 0; i < 3; i += 1) await nextTurn();
    expect(taker.started).toBe(3);
  });

  it('a refusal waits while the loop is busy, and no longer', async () => {
    const clock = new FakeClock();
    const turns = new LoopTurns(clock);
    await turns.holdRefusal();
    clock.advance(2);
    let isSent = false;
    const sent = turns.holdRefusal().then(() => (isSent = true));
    await nextTurn();
    expect(isSent).toBe(false);
    clock.advance(1000);
    await sent;
  });

  it('do not start lists while others are being sent, but what is narrow', async () => {
    let longAnswers = 2;
    const turns = new LoopTurns(new FakeClock(), () => longAnswers);
    const [lists, gets] = [new Taker(30, 10, 7), new Taker(10, 10)];
    turns.join(lists);
    turns.join(gets);
    for (let i = 0; i < 3; i += 1) await nextTurn();
    expect([lists.started, gets.started]).toEqual([0, 10]);
    longAnswers = 1;
    await nextTurn();
    expect(lists.started).toBe(1);
  });

  it('hold back the refusals of who asks again and again, though each turn has time', async () => {
    const clock = new FakeClock();
    const turns = new LoopTurns(clock);
    let sent = 0;
    for (let i = 0; i < 30; i += 1) void turns.holdRefusal().then(() => (sent += 1));
    await nextTurn();
    expect(sent).toBe(20);
    clock.advance(1000);
    for (let i = 0; i < 5; i += 1) await nextTurn();
    expect(sent).toBe(30);
    await turns.holdRefusal();
  });

  it('refusals held back together go out some in each turn', async () => {
    const clock = new FakeClock();
    const turns = new LoopTurns(clock);
    expect(turns.hasTime).toBe(true);
    clock.advance(2);
    let sent = 0;
    for (let i = 0; i < 20; i += 1) void turns.holdRefusal().then(() => (sent += 1));
    clock.advance(1000);
    const perTurn: number[] = [];
    while (sent < 20) {
      const before = sent;
      await nextTurn();
      perTurn.push(sent - before);
    }
    expect(Math.max(...perTurn)).toBe(4);
  });
});

describe('a queue set that takes turns', () => {
  it('starts at once while the turn has time, and then one flow after the other', async () => {
    const clock = new FakeClock();
    const { start } = openQueues(new LoopTurns(clock), clock, 100);
    expect(start(0).state).toBe('executing');
    clock.advance(2);
    const flood = Array.from({ length: 30 }, () => start(0));
    const quiet = start(1);
    expect([...flood, quiet].every(({ state }) => state === 'waiting')).toBe(true);
    await nextTurn();
    // The flood has been there first, but not the first turn is its alone.
    expect(quiet.state).toBe('executing');
    expect(flood.filter(({ state }) => state === 'executing').length).toBeLessThan(6);
    for (let i = 0; i < 5; i += 1) await nextTurn();
    expect(flood.every(({ state }) => state === 'executing')).toBe(true);
  });

  it('refuses what is more than its seats and queues hold, though no seat is taken yet', () => {
    const clock = new FakeClock();
    const { start } = openQueues(new LoopTurns(clock), clock, 3, 5);
    start(0);
    clock.advance(2);
    const states = Array.from({ length: 7 }, () => start(0).state);
    expect(states).toEqual([...Array.from({ length: 5 }, () => 'waiting'), 'queue-full', 'queue-full']);
  });

  it('a newcomer does not wait until others have had what the loop had no time for', async () => {
    const clock = new FakeClock();
    const { set, start } = openQueues(new LoopTurns(clock), clock, 100);
    const first = start(0);
    clock.advance(2);
    set.finish(first);
    let waiting = Array.from({ length: 40 }, () => start(0));
    // For long, each turn is used by the flood, which uses few of its seats at once.
    for (let i = 0; i < 20; i += 1) {
      await nextTurn();
      clock.advance(5);
      for (const each of waiting) set.finish(each);
      waiting = waiting.filter(({ state }) => state === 'waiting');
      while (waiting.length < 40) waiting.push(start(0));
    }
    const newcomer = start(1);
    expect(newcomer.state).toBe('waiting');
    await nextTurn();
    expect(newcomer.state).toBe('executing');
  });
});
