import { StoreError } from '../errors';
import { rangeMatcher } from '../keys';
import type { StoreObserver } from '../options';
import type { StoreEvent, WatchBatch, WatchRequest } from '../store';
import type { History } from './history';
import { toKeyValue, type Change } from './record';

/** What the hub asks of the store. */
export interface HubSource {
  readonly revision: number;
  readonly compactRevision: number;
  readonly history: History;
}

export interface HubLimits {
  /** Events kept in memory for a watcher that does not take them; beyond, it is served from disk. */
  readonly maxBufferedEvents: number;
  readonly maxBufferedBytes: number;
}

/** Bytes of history that one step of catching up reads before it lets others have the event loop. */
const CATCH_UP_BYTES = 1024 * 1024;

/** Hands each commit to all watches, in the turn of the event loop in which it became durable. */
export class WatchHub {
  private readonly watchers = new Set<Watcher>();

  constructor(
    readonly source: HubSource,
    readonly limits: HubLimits,
    readonly observer: StoreObserver,
  ) {}

  watch(request: WatchRequest): AsyncIterable<WatchBatch> {
    return { [Symbol.asyncIterator]: () => new Watcher(this, request) };
  }

  /** Delivers the changes of one commit, which is published up to `revision`. */
  deliver(changes: readonly Change[], revision: number): void {
    const events = new Array<StoreEvent | undefined>(changes.length);
    const eventAt = (i: number, change: Change): StoreEvent => (events[i] ??= toEvent(change, this.source.history));
    for (const watcher of [...this.watchers]) {
      try {
        watcher.offer(changes, eventAt, revision);
      } catch (cause) {
        watcher.fail(cause instanceof StoreError ? cause : new StoreError('damaged', 'a change could not be read', { cause }));
      }
    }
  }

  /** Ends all watches with `closed`. */
  close(): void {
    for (const watcher of [...this.watchers]) watcher.fail(new StoreError('closed', 'the store is closed'));
  }

  add(watcher: Watcher): void {
    this.watchers.add(watcher);
    this.observer.onMetric?.('watchers', this.watchers.size);
  }

  remove(watcher: Watcher): void {
    if (this.watchers.delete(watcher)) this.observer.onMetric?.('watchers', this.watchers.size);
  }
}

/** What the consumer of a watch is given next: the result of `next`, or its failure. */
interface Pending {
  readonly resolve: (result: IteratorResult<WatchBatch, undefined>) => void;
  readonly reject: (error: StoreError) => void;
}

type WatcherState =
  /** Every new commit is buffered or handed over at once. */
  | { readonly at: 'live' }
  /** Reads history from disk until it has come up to the newest commit. */
  | { readonly at: 'catching-up' }
  | { readonly at: 'ended' }
  /** Reports the error once, then is ended. */
  | { readonly at: 'failed'; readonly error: StoreError };

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

class Watcher implements AsyncIterator<WatchBatch, undefined> {
  private state: WatcherState;
  private readonly matches: (key: string) => boolean;
  /** Everything up to here has been handed to the consumer. */
  private delivered: number;
  /** Everything up to here has been handed over or is in `buffer`. */
  private covered: number;
  private buffer: StoreEvent[] = [];
  private bufferedBytes = 0;
  private pending: Pending | undefined;
  private readonly onAbort = (): void => this.end();

  constructor(
    private readonly hub: WatchHub,
    private readonly request: WatchRequest,
  ) {
    this.matches = rangeMatcher(request.start, request.end);
    this.delivered = this.covered = request.afterRevision;
    this.state = request.signal.aborted ? { at: 'ended' } : { at: request.afterRevision < hub.source.revision ? 'catching-up' : 'live' };
    if (this.state.at === 'ended') return;
    request.signal.addEventListener('abort', this.onAbort, { once: true });
    hub.add(this);
  }

  next(): Promise<IteratorResult<WatchBatch, undefined>> {
    switch (this.state.at) {
      case 'ended':
        return Promise.resolve(DONE);
      case 'failed': {
        const { error } = this.state;
        this.state = { at: 'ended' };
        return Promise.reject(error);
      }
      case 'catching-up':
        return this.catchUp();
      case 'live':
        if (this.covered > this.delivered) return Promise.resolve({ done: false, value: this.take() });
        return new Promise((resolve, reject) => (this.pending = { resolve, reject }));
    }
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.end();
    return Promise.resolve(DONE);
  }

  /** Takes a commit. Called synchronously by the hub. */
  offer(changes: readonly Change[], eventAt: (i: number, change: Change) => StoreEvent, revision: number): void {
    if (this.state.at !== 'live' || revision <= this.covered) return;
    changes.forEach((change, i) => {
      if (change.revision <= this.covered || !this.matches(change.key)) return;
      this.buffer.push(eventAt(i, change));
      this.bufferedBytes += change.value.length;
    });
    this.covered = revision;
    if (this.pending) this.handOver(this.pending);
    else if (this.overflows()) this.fallBehind();
  }

  /** Ends the watch with an error, which the consumer sees next. */
  fail(error: StoreError): void {
    if (this.state.at === 'ended' || this.state.at === 'failed') return;
    const { pending } = this;
    this.leave(pending ? { at: 'ended' } : { at: 'failed', error });
    pending?.reject(error);
  }

  private end(): void {
    if (this.state.at === 'ended') return;
    const { pending } = this;
    this.leave({ at: 'ended' });
    pending?.resolve(DONE);
  }

  private leave(state: WatcherState): void {
    this.state = state;
    this.pending = undefined;
    this.clearBuffer();
    this.request.signal.removeEventListener('abort', this.onAbort);
    this.hub.remove(this);
  }

  private handOver(pending: Pending): void {
    this.pending = undefined;
    pending.resolve({ done: false, value: this.take() });
  }

  private take(): WatchBatch {
    const batch = { revision: this.covered, events: this.buffer };
    this.delivered = this.covered;
    this.clearBuffer();
    return batch;
  }

  private clearBuffer(): void {
    this.buffer = [];
    this.bufferedBytes = 0;
  }

  private overflows(): boolean {
    const { maxBufferedEvents, maxBufferedBytes } = this.hub.limits;
    return this.buffer.length > maxBufferedEvents || this.bufferedBytes > maxBufferedBytes;
  }

  private fallBehind(): void {
    this.clearBuffer();
    this.covered = this.delivered;
    this.state = { at: 'catching-up' };
    this.hub.observer.onMetric?.('watcher_overflows_total', 1);
  }

  /** One step: the events of the next stretch of history. An empty batch says how far it has come. */
  private async catchUp(): Promise<IteratorResult<WatchBatch, undefined>> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.state.at !== 'catching-up') return this.next();
    const { source } = this.hub;
    if (this.delivered + 1 < source.compactRevision) {
      const error = compacted(this.delivered, source.compactRevision);
      this.leave({ at: 'ended' });
      throw error;
    }
    const newest = source.revision;
    let reached = newest;
    for (const change of source.history.read(this.delivered, newest, CATCH_UP_BYTES)) {
      reached = change.revision;
      if (this.matches(change.key)) this.buffer.push(toEvent(change, source.history));
    }
    if (reached === newest) this.state = { at: 'live' };
    this.covered = reached;
    return { done: false, value: this.take() };
  }
}

function toEvent(change: Change, history: History): StoreEvent {
  const previous = history.previous(change);
  if (change.kind === 'put') return { type: 'put', kv: toKeyValue(change), previous };
  const value = previous?.value ?? change.value;
  return {
    type: 'delete',
    kv: { key: change.key, value, createRevision: change.createRevision, modRevision: change.revision },
    previous,
  };
}

function compacted(afterRevision: number, compactRevision: number): StoreError {
  return new StoreError('compacted', `changes after revision ${afterRevision} are compacted; history begins at ${compactRevision}`);
}
