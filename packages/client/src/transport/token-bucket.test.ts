import { FakeClock } from '@typekube/component-base/testing';
import { TokenBucket } from './token-bucket';

it('lets a burst through, then a steady rate', () => {
  const clock = new FakeClock();
  const bucket = new TokenBucket(10, 3, clock);
  expect([1, 2, 3, 4, 5].map(() => bucket.reserve())).toEqual([0, 0, 0, 100, 200]);
  clock.advance(200);
  expect(bucket.reserve()).toBe(100);
  clock.advance(10_000);
  expect([1, 2, 3, 4].map(() => bucket.tryTake())).toEqual([true, true, true, false]);
});
