import { systemClock } from '@typekube/component-base';
import { Backoff } from './backoff';
import { delayText } from './start-container';

it('doubles from the first delay to the last, and forgets after a long time', () => {
  let now = 0;
  const backoff = new Backoff({ ...systemClock, now: () => now }, 10_000, 300_000);
  expect(backoff.remaining('a', now)).toBe(0);
  const delays: string[] = [];
  for (let failure = 0; failure < 7; failure++) {
    backoff.next('a', now);
    delays.push(delayText(backoff.delay('a')));
    expect(backoff.remaining('a', now)).toBe(backoff.delay('a'));
    now += backoff.delay('a');
    expect(backoff.remaining('a', now - backoff.delay('a'))).toBe(0);
  }
  expect(delays).toEqual(['10s', '20s', '40s', '1m20s', '2m40s', '5m0s', '5m0s']);
  now += 600_001;
  backoff.next('a', now);
  expect(backoff.delay('a')).toBe(10_000);
  backoff.forget('a');
  expect(backoff.delay('a')).toBe(0);
});
