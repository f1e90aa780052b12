import type { corev1 } from '@typekube/api';
import { formatTime } from '@typekube/apimachinery';
import { type Clock, systemClock } from '@typekube/component-base';
import { TokenBucket } from '../transport/token-bucket';
import { eventName } from './event-name';
import { LruMap } from './lru-map';
import { referenceText } from './object-reference';

/** What to do with an event: nothing, for there were too many; create it; or count up one that is there. */
export type Correlated =
  | { readonly do: 'skip' }
  | { readonly do: 'create'; readonly event: corev1.Event; readonly key: string }
  | { readonly do: 'patch'; readonly event: corev1.Event; readonly key: string; readonly patch: object };

/** client-go's figures (events_cache.go). */
const MAX_KNOWN = 4096;
const SIMILAR_EVENTS = 10;
const SIMILAR_MILLISECONDS = 600_000;
const SPAM_BURST = 25;
const SPAM_PER_SECOND = 1 / 300;

interface Similar {
  messages: Set<string>;
  lastAt: number;
}

/** The event of a key that was written last. */
interface Written {
  readonly name: string;
  readonly count: number;
  readonly firstTimestamp: string | undefined;
  readonly resourceVersion: string | undefined;
}

/**
 * Keeps many events from becoming many objects, as client-go's EventCorrelator:
 *
 * - the same event again counts up the one that is there;
 * - from the tenth message of one reason about one object within ten minutes on, all further ones count up a combined event;
 * - of one source about one object at most 25 at once are written, and then one in five minutes.
 */
export class EventCorrelator {
  private readonly similar = new LruMap<string, Similar>(MAX_KNOWN);
  private readonly written = new LruMap<string, Written>(MAX_KNOWN);
  private readonly buckets = new LruMap<string, TokenBucket>(MAX_KNOWN);

  constructor(private readonly clock: Clock = systemClock) {}

  correlate(event: corev1.Event): Correlated {
    const combined = this.combine(event);
    const { key } = combined;
    const last = this.written.get(key);
    const counted = last ? countUp(combined.event, last) : combined.event;
    this.remember(key, counted);
    if (!this.bucketOf(event).tryTake()) return { do: 'skip' };
    if (!last) return { do: 'create', event: counted, key };
    const { count, lastTimestamp, message } = counted;
    return { do: 'patch', event: counted, key, patch: { count, lastTimestamp, message } };
  }

  /** The server has it, in this form. */
  remember(key: string, { metadata, count = 1, firstTimestamp }: corev1.Event): void {
    this.written.set(key, { name: metadata.name ?? '', count, firstTimestamp, resourceVersion: metadata.resourceVersion });
  }

  private combine(event: corev1.Event): { event: corev1.Event; key: string } {
    const now = this.clock.now();
    const groupKey = similarKey(event);
    const known = this.similar.get(groupKey);
    const similar = known && now - known.lastAt <= SIMILAR_MILLISECONDS ? known : { messages: new Set<string>(), lastAt: now };
    similar.messages.add(event.message ?? '');
    similar.lastAt = now;
    this.similar.set(groupKey, similar);
    if (similar.messages.size < SIMILAR_EVENTS) return { event, key: eventKey(event) };
    forgetOne(similar.messages);
    return { event: combinedEvent(event, now), key: groupKey };
  }

  private bucketOf(event: corev1.Event): TokenBucket {
    const key = [sourceText(event), referenceText(event.involvedObject)].join('\n');
    const bucket = this.buckets.get(key) ?? new TokenBucket(SPAM_PER_SECOND, SPAM_BURST, this.clock);
    this.buckets.set(key, bucket);
    return bucket;
  }
}

function countUp(event: corev1.Event, last: Written): corev1.Event {
  const { name, resourceVersion, firstTimestamp } = last;
  return {
    ...event,
    metadata: { ...event.metadata, name, ...(resourceVersion && { resourceVersion }) },
    count: last.count + 1,
    ...(firstTimestamp && { firstTimestamp }),
  };
}

function combinedEvent(event: corev1.Event, now: number): corev1.Event {
  const time = formatTime(new Date(now));
  return {
    ...event,
    metadata: { ...event.metadata, name: eventName(event.involvedObject.name ?? '', now) },
    message: `(combined from similar events): ${event.message ?? ''}`,
    count: 1,
    firstTimestamp: time,
    lastTimestamp: time,
  };
}

function sourceText({ source = {} }: corev1.Event): string {
  return `${source.component ?? ''}\n${source.host ?? ''}`;
}

/** All but the message. */
function similarKey(event: corev1.Event): string {
  const { involvedObject, type, reason, reportingComponent, reportingInstance } = event;
  return [sourceText(event), referenceText(involvedObject), type, reason, reportingComponent, reportingInstance].join('\n');
}

function eventKey(event: corev1.Event): string {
  const { involvedObject, type, reason, message } = event;
  return [sourceText(event), referenceText(involvedObject), involvedObject.fieldPath, type, reason, message].join('\n');
}

function forgetOne(messages: Set<string>): void {
  for (const message of messages) {
    messages.delete(message);
    return;
  }
}
