import { hostname } from 'node:os';
import type { corev1 } from '@typekube/api';
import { formatTime, hasReason, type KubeObject, StatusError } from '@typekube/apimachinery';
import { type Clock, type Logger, silentLogger, sleep, systemClock } from '@typekube/component-base';
import type { Client } from '../resources/client';
import type { DeepReadonly } from '../resources/deep-readonly';
import { events } from '../resources/kinds';
import { type Correlated, EventCorrelator } from './event-correlator';
import { eventName } from './event-name';
import { referenceTo } from './object-reference';

export type EventType = 'Normal' | 'Warning';

/** Tells people what happened to an object. Never waits, never fails: events are worth less than the work. */
export interface EventRecorder {
  /**
   * `reason` is a short CamelCase word for machines, `message` a sentence for people. `about` is an object or a reference to
   * one or to a part of it.
   */
  event(about: DeepReadonly<KubeObject> | corev1.ObjectReference, type: EventType, reason: string, message: string): void;
}

export interface EventRecorderOptions {
  readonly client: Client;
  /** Who reports: `kubelet`, `deployment-controller`. */
  readonly component: string;
  /** The node, for components that run on each; default the machine's name. */
  readonly host?: string;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** client-go's figures (event.go). */
const MAX_QUEUED = 1000;
const MAX_TRIES = 12;
const RETRY_MILLISECONDS = 10_000;

/**
 * Writes events (core/v1) in order, correlated; see EventCorrelator. What comes faster than it can be written is dropped beyond
 * a thousand.
 */
export class EventBroadcaster implements EventRecorder {
  private readonly correlator: EventCorrelator;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly queue: corev1.Event[] = [];
  private wake: () => void = () => undefined;

  constructor(private readonly options: EventRecorderOptions) {
    this.clock = options.clock ?? systemClock;
    this.logger = (options.logger ?? silentLogger).child('events');
    this.correlator = new EventCorrelator(this.clock);
  }

  event(about: DeepReadonly<KubeObject> | corev1.ObjectReference, type: EventType, reason: string, message: string): void {
    const event = this.make('metadata' in about ? referenceTo(about) : about, type, reason, message);
    this.logger.info('Event occurred', { object: event.involvedObject.name, type, reason, message });
    if (this.queue.length >= MAX_QUEUED) return this.logger.warn('Too many events are waiting; one is dropped', { reason });
    this.queue.push(event);
    this.wake();
  }

  /** Writes until the signal is aborted, and then what is queued, unless that takes more than a second. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.writeQueued(signal);
      await this.more(signal);
    }
    await this.writeQueued(AbortSignal.timeout(1000));
  }

  private async writeQueued(signal: AbortSignal): Promise<void> {
    for (let event = this.queue.shift(); event; event = this.queue.shift()) {
      await this.write(this.correlator.correlate(event), signal);
      if (signal.aborted) return;
    }
  }

  private more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (this.queue.length > 0 || signal.aborted) return resolve();
      const onAbort = (): void => this.wake();
      signal.addEventListener('abort', onAbort, { once: true });
      this.wake = () => {
        signal.removeEventListener('abort', onAbort);
        this.wake = () => undefined;
        resolve();
      };
    });
  }

  /** Only a server that does not answer is worth another try; one that says no has decided. */
  private async write(correlated: Correlated, signal: AbortSignal): Promise<void> {
    if (correlated.do === 'skip') return;
    for (let tries = 1; ; tries++) {
      try {
        return this.correlator.remember(correlated.key, await this.send(correlated, signal));
      } catch (error) {
        const isFinal = error instanceof StatusError || signal.aborted || tries >= MAX_TRIES;
        const outcome = isFinal ? 'Unable to write event (will not retry!)' : 'Unable to write event (may retry after sleeping)';
        this.logger.warn(outcome, { event: correlated.event.metadata.name, error: String(error) });
        if (isFinal) return;
        // The first pause is random, so that many clients do not come back at once.
        const pause = RETRY_MILLISECONDS * (tries === 1 ? Math.random() : 1);
        await sleep(this.clock, pause, signal).catch(() => undefined);
      }
    }
  }

  /** An event that has expired on the server is created again. */
  private async send(correlated: Exclude<Correlated, { do: 'skip' }>, signal: AbortSignal): Promise<corev1.Event> {
    const { event } = correlated;
    const { name = '', namespace = '' } = event.metadata;
    const client = this.options.client.for(events, namespace);
    if (correlated.do === 'patch') {
      try {
        return await client.patch(name, { type: 'strategic', body: correlated.patch }, { signal });
      } catch (error) {
        if (!hasReason(error, 'NotFound')) throw error;
      }
    }
    const { resourceVersion: _, ...metadata } = event.metadata;
    return client.create({ ...event, metadata }, { signal });
  }

  private make(reference: corev1.ObjectReference, type: EventType, reason: string, message: string): corev1.Event {
    const now = this.clock.now();
    const time = formatTime(new Date(now));
    const { component, host = hostname() } = this.options;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName(reference.name ?? '', now), namespace: reference.namespace || 'default' },
      involvedObject: reference,
      reason,
      message,
      type,
      count: 1,
      firstTimestamp: time,
      lastTimestamp: time,
      source: { component, host },
      reportingComponent: component,
      reportingInstance: host,
    };
  }
}
