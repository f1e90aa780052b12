import type { Clock } from '@typekube/component-base';
import { BoundedRunner, type RunReason } from './bounded-runner';

/** Time that passes when it is told to. */
class ManualClock implements Clock {
  private time = 0;
  private readonly timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }

  after(milliseconds: number, callback: () => void): { cancel(): void } {
    const timer = { at: this.time + milliseconds, callback };
    this.timers.add(timer);
    return { cancel: () => this.timers.delete(timer) };
  }

  async pass(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    for (const timer of this.timers) {
      if (timer.at > this.time) continue;
      this.timers.delete(timer);
      timer.callback();
    }
    await settled();
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('BoundedRunner', () => {
  const clock = new ManualClock();
  const stop = new AbortController();
  const runs: RunReason[] = [];
  const runner = new BoundedRunner({
    run: async (reason) => void runs.push(reason),
    minMilliseconds: 1000,
    maxMilliseconds: 30_000,
    burst: 2,
    clock,
  });
  const done = runner.loop(stop.signal);
  const request = async (): Promise<void> => {
    runner.request();
    await settled();
  };

  it('runs the first requests at once, then at its rate', async () => {
    await request();
    await request();
    expect(runs.splice(0)).toEqual(['requested', 'requested']);
    await request();
    await request();
    await clock.pass(999);
    expect(runs).toEqual([]);
    await clock.pass(1);
    expect(runs.splice(0)).toEqual(['requested']);
  });

  it('runs again when it is to retry, and in quiet times', async () => {
    await clock.pass(5000);
    runner.retryAfter(2000);
    await clock.pass(1999);
    expect(runs).toEqual([]);
    await clock.pass(1);
    expect(runs.splice(0)).toEqual(['retry']);
    await clock.pass(30_000);
    expect(runs.splice(0)).toEqual(['periodic']);
  });

  it('ends with its signal', async () => {
    stop.abort();
    await done;
    expect(runs).toEqual([]);
  });
});
