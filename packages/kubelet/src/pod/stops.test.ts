import { FakeClock } from '@typekube/component-base/testing';
import type { GracePeriod } from './grace-period';
import { ContainerStops } from './stops';

/** A container whose end takes as long as its grace period. */
function stubborn(clock: FakeClock): { readonly told: number[]; work: (grace: GracePeriod) => Promise<void> } {
  const told: number[] = [];
  const tell = ({ secondsLeft }: GracePeriod, done: () => void): void => {
    told.push(secondsLeft);
    clock.after(secondsLeft * 1000, done);
  };
  return {
    told,
    work: (grace) =>
      new Promise((resolve) => {
        tell(grace, resolve);
        grace.onShortened(() => tell(grace, resolve));
      }),
  };
}

async function secondsToEnd(clock: FakeClock, ended: Promise<void>): Promise<number> {
  let isOver = false;
  void ended.then(() => (isOver = true));
  const begun = clock.monotonic();
  for (; !isOver; await Promise.resolve()) clock.advance(100);
  return Math.floor((clock.monotonic() - begun) / 1000);
}

describe('a container that is being ended', () => {
  it.each([
    ['an equal period', 30, 20, [30]],
    ['a longer period', 60, 20, [30]],
    ['a shorter period', 5, 5, [30, 5]],
    ['a shorter period that is over later', 25, 20, [30]],
  ])('is not told twice, nor counts anew: wanted again after 10 of 30 s with %s', async (_, again, left, told) => {
    const clock = new FakeClock();
    const stops = new ContainerStops(clock);
    const container = stubborn(clock);
    const first = stops.end('uid', 'c', { seconds: 30, work: container.work });
    clock.advance(10_000);
    const second = stops.end('uid', 'c', { seconds: again, work: () => Promise.reject(new Error('told twice')) });
    expect(second).toBe(first);
    expect(await secondsToEnd(clock, second)).toBe(left);
    expect(container.told).toEqual(told);
  });

  it('ends sooner with its pod, and other pods do not', async () => {
    const clock = new FakeClock();
    const stops = new ContainerStops(clock);
    const [own, other] = [stubborn(clock), stubborn(clock)];
    const ended = stops.end('uid', 'a', { seconds: 30, work: own.work });
    void stops.end('other', 'b', { seconds: 30, work: other.work });
    stops.shorten('uid', 1);
    expect(await secondsToEnd(clock, ended)).toBe(1);
    expect([own.told, other.told]).toEqual([[30, 1], [30]]);
  });

  it('can be ended again when the runtime failed', async () => {
    const stops = new ContainerStops(new FakeClock());
    await expect(stops.end('uid', 'a', { seconds: 30, work: () => Promise.reject(new Error('away')) })).rejects.toThrow('away');
    await stops.end('uid', 'a', { seconds: 30, work: () => Promise.resolve() });
  });
});
