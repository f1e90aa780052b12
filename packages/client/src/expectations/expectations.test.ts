import { FakeClock } from '@typekube/component-base/testing';
import { Expectations } from './expectations';

it.each<[string, (e: Expectations, clock: FakeClock) => void, boolean]>([
  ['knows of nothing', () => undefined, true],
  ['waits for creations', (e) => (e.expectCreations('a', 2), e.creationObserved('a')), false],
  ['saw all creations', (e) => (e.expectCreations('a', 1), e.creationObserved('a')), true],
  ['saw more than it expected', (e) => (e.expectCreations('a', 1), e.creationObserved('a'), e.creationObserved('a')), true],
  ['waits for deletions', (e) => (e.expectDeletions('a', ['x', 'y']), e.deletionObserved('a', 'x')), false],
  [
    'counts a deletion once',
    (e) => (e.expectDeletions('a', ['x', 'y']), e.deletionObserved('a', 'x'), e.deletionObserved('a', 'x')),
    false,
  ],
  ['saw all deletions', (e) => (e.expectDeletions('a', ['x']), e.deletionObserved('a', 'x')), true],
  ['waits for both', (e) => (e.expect('a', { creations: 1, deletions: ['x'] }), e.creationObserved('a')), false],
  [
    'saw both',
    (e) => (e.expect('a', { creations: 1, deletions: ['x'] }), e.creationObserved('a'), e.deletionObserved('a', 'x')),
    true,
  ],
  ['forgets with the object', (e) => (e.expectCreations('a', 1), e.delete('a')), true],
  ['keeps keys apart', (e) => e.expectCreations('b', 1), true],
  ['waits for five minutes', (e, clock) => (e.expectCreations('a', 1), clock.advance(300_000)), false],
  ['waits no longer', (e, clock) => (e.expectCreations('a', 1), clock.advance(300_001)), true],
])('%s', (_, act, satisfied) => {
  const clock = new FakeClock();
  const expectations = new Expectations(clock);
  act(expectations, clock);
  expect(expectations.satisfied('a')).toBe(satisfied);
});
