import type { corev1 } from '@typekube/api';
import { FakeClock } from '@typekube/component-base/testing';
import { EventCorrelator } from './event-correlator';
import { eventName } from './event-name';
import { LruMap } from './lru-map';

function event(message: string, object = 'web', reason = 'Failed'): corev1.Event {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: eventName(object, 0), namespace: 'x' },
    involvedObject: { kind: 'Pod', name: object, namespace: 'x' },
    reason,
    message,
    type: 'Warning',
    count: 1,
    firstTimestamp: '1970-01-01T00:00:00Z',
    lastTimestamp: '1970-01-01T00:00:00Z',
    source: { component: 'kubelet' },
  };
}

/** What becomes of an event, in one text. */
function outcome(correlator: EventCorrelator, what: corev1.Event): string {
  const correlated = correlator.correlate(what);
  return correlated.do === 'skip' ? 'skip' : `${correlated.do} ${correlated.event.count} ${correlated.event.message}`;
}

it('counts up what comes again, under the name that it had', () => {
  const correlator = new EventCorrelator(new FakeClock());
  const first = correlator.correlate(event('a'));
  const second = correlator.correlate(event('a'));
  expect([first.do, second.do]).toEqual(['create', 'patch']);
  if (first.do === 'skip' || second.do !== 'patch') throw new Error('unexpected');
  expect(second.event.metadata.name).toBe(first.event.metadata.name);
  expect(second.patch).toEqual({ count: 2, lastTimestamp: '1970-01-01T00:00:00Z', message: 'a' });
});

it('keeps apart what differs in object, reason or message', () => {
  const correlator = new EventCorrelator(new FakeClock());
  const texts = [event('a'), event('b'), event('a', 'db'), event('a', 'web', 'Killing')].map((each) => outcome(correlator, each));
  expect(texts).toEqual(['create 1 a', 'create 1 b', 'create 1 a', 'create 1 a']);
});

it('combines from the tenth message of one reason on, for ten minutes', () => {
  const clock = new FakeClock();
  const correlator = new EventCorrelator(clock);
  const texts = Array.from({ length: 12 }, (_, i) => outcome(correlator, event(`m${i}`)));
  expect(texts.slice(0, 9)).toEqual(Array.from({ length: 9 }, (_, i) => `create 1 m${i}`));
  expect(texts.slice(9)).toEqual([
    'create 1 (combined from similar events): m9',
    'patch 2 (combined from similar events): m10',
    'patch 3 (combined from similar events): m11',
  ]);
  clock.advance(600_001);
  expect(outcome(correlator, event('m12'))).toBe('create 1 m12');
});

it('drops what one source says too often about one object', () => {
  const clock = new FakeClock();
  const correlator = new EventCorrelator(clock);
  const texts = Array.from({ length: 27 }, () => outcome(correlator, event('a')));
  expect(texts.slice(23)).toEqual(['patch 24 a', 'patch 25 a', 'skip', 'skip']);
  expect(outcome(correlator, event('a', 'db'))).toBe('create 1 a');
  clock.advance(300_001);
  expect(outcome(correlator, event('a'))).toBe('patch 28 a');
});

it('names events after their object, each otherwise', () => {
  expect(eventName('web', 1000)).toMatch(/^web\.[0-9a-f]+$/);
  expect(eventName('web', 1000)).not.toBe(eventName('web', 1000));
  expect(eventName('system:anonymous', 1000)).toMatch(/^[0-9a-f-]{36}$/);
});

it('forgets what was not used for the longest time', () => {
  const map = new LruMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.get('a');
  map.set('c', 3);
  expect([map.size, map.get('a'), map.get('b'), map.get('c')]).toEqual([2, 1, undefined, 3]);
});
