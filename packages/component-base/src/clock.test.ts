import { sleep, systemClock } from './clock';
import { FakeClock } from './testing';

describe('sleep', () => {
  it('resolves when the time has passed', async () => {
    const clock = new FakeClock(1000);
    const slept = sleep(clock, 50);
    clock.advance(49);
    expect(clock.waiting).toBe(1);
    clock.advance(1);
    await expect(slept).resolves.toBeUndefined();
    expect([clock.now(), clock.monotonic(), clock.waiting]).toEqual([1050, 50, 0]);
  });

  it('rejects with the reason of the signal, before and meanwhile', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const slept = sleep(clock, 50, controller.signal);
    controller.abort(new Error('enough'));
    await expect(slept).rejects.toThrow('enough');
    expect(clock.waiting).toBe(0);
    await expect(sleep(clock, 50, controller.signal)).rejects.toThrow('enough');
  });
});

it('advances through timers in order, also those that callbacks add', () => {
  const clock = new FakeClock();
  const seen: string[] = [];
  clock.after(20, () => seen.push(`b${clock.now()}`));
  clock.after(10, () => {
    seen.push(`a${clock.now()}`);
    clock.after(5, () => seen.push(`c${clock.now()}`));
  });
  clock.after(5, () => seen.push('never')).cancel();
  clock.advance(100);
  expect(seen).toEqual(['a10', 'c15', 'b20']);
});

it('has a system clock that goes on', async () => {
  const start = systemClock.monotonic();
  await sleep(systemClock, 1);
  expect(systemClock.monotonic()).toBeGreaterThan(start);
  expect(systemClock.now()).toBeGreaterThan(1e12);
});
