import { FakeClock } from '@typekube/component-base/testing';
import type { Flow } from './flow';
import { FlowRequest } from './flow-request';
import { FlowStats } from './flow-stats';
import { PriorityLevel } from './priority-level';
import { QueueSet } from './queue-set';
import { dealHand, hashFlow } from './shuffle-sharding';
import { ONE_SEAT, type WorkEstimate } from './work-estimate';

const QUEUES = 16;
const HAND = 4;

/** A queue set whose requests end when the clock says so. */
class Bench {
  readonly clock = new FakeClock();
  readonly set = new QueueSet(this.clock);
  readonly level = new PriorityLevel('level', { metadata: { name: 'level' } }, this.clock);

  constructor(limit: number, { queues = QUEUES, queueLengthLimit = 50 } = {}) {
    this.set.configure({ queues, queueLengthLimit }, limit);
  }

  flow(distinguisher: string, hand = dealHand(hashFlow('schema', distinguisher), QUEUES, HAND)): Flow {
    const headers = { flowSchemaUid: '', priorityLevelUid: '' };
    return { schema: 'schema', distinguisher, level: this.level, hand, stats: new FlowStats('level', 'schema'), headers };
  }

  start(flow: Flow, estimate: WorkEstimate = ONE_SEAT, waitSeconds = 15): FlowRequest {
    const request = new FlowRequest(flow, estimate);
    this.set.start(request, waitSeconds);
    return request;
  }

  /** A client that keeps `concurrency` requests under way, each of which takes `serviceMs` once it runs. */
  client(flow: Flow, { concurrency, serviceMs, estimate, requests = Infinity }: ClientOptions): ClientLog {
    let left = requests;
    const log: ClientLog = { served: 0, refused: 0, waitsMs: [] };
    const send = (): void => {
      const sentAt = this.clock.monotonic();
      const request = this.start(flow, estimate);
      const run = (): void => {
        if (request.state !== 'executing') {
          log.refused += 1;
          this.clock.after(50, send);
          return;
        }
        log.waitsMs.push(this.clock.monotonic() - sentAt);
        this.clock.after(serviceMs, () => {
          log.served += 1;
          this.set.finish(request);
          if ((left -= 1) > 0) send();
        });
      };
      if (request.state === 'waiting') this.onDecision(request, run);
      else run();
    };
    for (let i = 0; i < concurrency; i += 1) send();
    return log;
  }

  /** As `decided`, but at once: the fake clock knows no promises. */
  private onDecision(request: FlowRequest, run: () => void): void {
    const settle = request.settle.bind(request);
    request.settle = (state) => {
      settle(state);
      this.clock.after(0, run);
      request.settle = settle;
    };
  }
}

interface ClientOptions {
  readonly concurrency: number;
  readonly serviceMs: number;
  readonly estimate?: WorkEstimate;
  /** How many until it stops. */
  readonly requests?: number;
}

interface ClientLog {
  served: number;
  refused: number;
  readonly waitsMs: number[];
}

describe('a queue set', () => {
  it('lets run what fits, without queues', () => {
    const bench = new Bench(2);
    const flow = bench.flow('a');
    const [first, second, third] = [bench.start(flow), bench.start(flow), bench.start(flow)];
    expect([first.state, second.state, third.state]).toEqual(['executing', 'executing', 'waiting']);
    expect(bench.clock.waiting).toBe(1);
    bench.set.finish(first);
    expect(third.state).toBe('executing');
    expect(bench.clock.waiting).toBe(0);
    bench.set.finish(second);
    bench.set.finish(third);
    expect(bench.set.numbers).toMatchObject({ waiting: 0, executing: 0, seatsInUse: 0, seatsWaiting: 0 });
    expect(bench.set.isIdle).toBe(true);
  });

  it('refuses what a full queue cannot take, and what has waited too long', () => {
    const bench = new Bench(1, { queues: 1, queueLengthLimit: 2 });
    const flow = bench.flow('a', [0]);
    const running = bench.start(flow);
    const waiting = [bench.start(flow), bench.start(flow)];
    expect(bench.start(flow).state).toBe('queue-full');
    bench.clock.advance(14_999);
    expect(waiting.map(({ state }) => state)).toEqual(['waiting', 'waiting']);
    bench.clock.advance(1);
    expect(waiting.map(({ state }) => state)).toEqual(['time-out', 'time-out']);
    expect(flow.stats.rejects).toEqual({ 'queue-full': 1, 'time-out': 2 });
    bench.set.finish(running);
    expect(bench.set.isIdle).toBe(true);
  });

  it('resolves who waits', async () => {
    const bench = new Bench(1);
    const running = bench.start(bench.flow('a'));
    const waiting = bench.start(bench.flow('a'));
    const decided = waiting.decided();
    bench.set.finish(running);
    await decided;
    expect(waiting.state).toBe('executing');
  });

  it('forgets a waiting request whose client has gone', () => {
    const bench = new Bench(1);
    const running = bench.start(bench.flow('a'));
    const [gone, next] = [bench.start(bench.flow('a')), bench.start(bench.flow('a'))];
    bench.set.cancel(gone);
    bench.set.finish(running);
    expect([gone.state, next.state]).toEqual(['cancelled', 'executing']);
    bench.set.finish(next);
    expect(bench.set.numbers).toMatchObject({ waiting: 0, seatsInUse: 0, seatsWaiting: 0 });
  });

  it('without queues refuses what does not fit', () => {
    const bench = new Bench(1, { queues: 0 });
    const flow = bench.flow('a', []);
    const first = bench.start(flow);
    expect(bench.start(flow).state).toBe('concurrency-limit');
    bench.set.finish(first);
    expect(bench.start(flow).state).toBe('executing');
  });

  it('lets everything run that is exempt', () => {
    const bench = new Bench(0, { queues: -1 });
    const flow = bench.flow('a', []);
    const requests = Array.from({ length: 1000 }, () => bench.start(flow));
    expect(requests.every(({ state }) => state === 'executing')).toBe(true);
    expect(bench.set.numbers).toMatchObject({ executing: 1000, seatsInUse: 1000 });
  });

  it('holds final seats after the end, with one timer for all', () => {
    const bench = new Bench(10);
    const estimate = { ...ONE_SEAT, finalSeats: 5, additionalSeconds: 0.005 };
    const requests = [bench.start(bench.flow('a'), estimate), bench.start(bench.flow('b'), estimate)];
    const waiting = bench.start(bench.flow('c'));
    expect(waiting.state).toBe('waiting');
    for (const request of requests) bench.set.finish(request);
    expect(bench.set.numbers).toMatchObject({ executing: 0, seatsInUse: 10 });
    expect(bench.clock.waiting).toBe(2);
    bench.clock.advance(4);
    expect(waiting.state).toBe('waiting');
    bench.clock.advance(1);
    expect(waiting.state).toBe('executing');
    expect(bench.set.numbers).toMatchObject({ executing: 1, seatsInUse: 1 });
    expect(bench.clock.waiting).toBe(0);
  });

  it('runs alone what wants more seats than there are', () => {
    const bench = new Bench(3);
    const small = bench.start(bench.flow('a'));
    const large = bench.start(bench.flow('b'), { ...ONE_SEAT, initialSeats: 10 });
    expect(large.state).toBe('waiting');
    bench.set.finish(small);
    expect(large.state).toBe('executing');
    expect(bench.start(bench.flow('a')).state).toBe('waiting');
  });

  it('starts what waits when it is given more seats, and drops spare queues when they are empty', () => {
    const bench = new Bench(1);
    const flow = bench.flow('a');
    const requests = [bench.start(flow), bench.start(flow), bench.start(flow)];
    bench.set.configure({ queues: 2, queueLengthLimit: 50 }, 3);
    expect(requests.map(({ state }) => state)).toEqual(['executing', 'executing', 'executing']);
    for (const request of requests) bench.set.finish(request);
    expect(bench.set.queues.length).toBe(2);
  });
});

describe('fairness', () => {
  it('keeps a quiet user\'s waits short while another floods', () => {
    const bench = new Bench(10);
    const flood = bench.client(bench.flow('flooder'), { concurrency: 300, serviceMs: 10 });
    bench.clock.advance(1000);
    const quiet = bench.client(bench.flow('quiet'), { concurrency: 1, serviceMs: 10 });
    bench.clock.advance(3000);
    // A free seat comes every millisecond on average and the quiet user's queue is the first to get one.
    expect(Math.max(...quiet.waitsMs)).toBeLessThanOrEqual(10);
    expect(quiet.served).toBeGreaterThan(140);
    expect(quiet.refused).toBe(0);
    expect(flood.refused).toBeGreaterThan(0);
    expect(flood.served).toBeGreaterThan(3600);
  });

  it('shares seats equally between users that both want more, however much more', () => {
    const bench = new Bench(10);
    // Flows with queues of their own: what several flows share, they share as one.
    const much = bench.client(bench.flow('much', [0]), { concurrency: 40, serviceMs: 10 });
    const little = bench.client(bench.flow('little', [1]), { concurrency: 10, serviceMs: 10 });
    bench.clock.advance(4000);
    expect(much.served / little.served).toBeCloseTo(1, 1);
    expect(much.served + little.served).toBeGreaterThan(3970);
  });

  it('counts seats, not requests', () => {
    const bench = new Bench(10);
    const wide = bench.client(bench.flow('wide', [0]), { concurrency: 20, serviceMs: 10, estimate: { ...ONE_SEAT, initialSeats: 5 } });
    const narrow = bench.client(bench.flow('narrow', [1]), { concurrency: 20, serviceMs: 10 });
    bench.clock.advance(4000);
    expect(narrow.served / wide.served).toBeGreaterThan(4);
    expect(narrow.served / wide.served).toBeLessThan(6);
  });

  it('lets who wants little go next, however long others have waited', () => {
    const bench = new Bench(2);
    const list = { ...ONE_SEAT, width: 7 };
    for (let queue = 0; queue < 6; queue += 1) bench.client(bench.flow('flood', [queue]), { concurrency: 50, serviceMs: 2, estimate: list });
    const waits: number[] = [];
    for (let i = 0; i < 500; i += 1) {
      const log = bench.client(bench.flow('quiet', [6]), { concurrency: 1, serviceMs: 1, requests: 1 });
      bench.clock.advance(20.3);
      waits.push(...log.waitsMs);
    }
    expect(waits).toHaveLength(500);
    // The list that runs is waited for, none that has not begun.
    expect(Math.max(...waits)).toBeLessThanOrEqual(2);
  });

  it('does not let a user save up turns while idle', () => {
    const bench = new Bench(2);
    const idle = bench.flow('idle', [1]);
    bench.set.finish(bench.start(idle));
    const busy = bench.client(bench.flow('busy', [0]), { concurrency: 10, serviceMs: 10 });
    bench.clock.advance(5000);
    const before = busy.served;
    bench.client(idle, { concurrency: 10, serviceMs: 10 });
    bench.clock.advance(1000);
    // Half of the 200 that fit into a second, within a round.
    expect(busy.served - before).toBeGreaterThan(90);
  });
});
