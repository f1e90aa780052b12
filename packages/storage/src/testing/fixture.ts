import type { KeyValue, Store, StoreEvent, WatchBatch, WriteResult } from '../store';
import { StoreError } from '../errors';
import { prefixEnd } from '../store';

/** A store under test. */
export interface StoreFixture {
  /** Opens a store on the fixture's data. The kit closes it, and may open another one after that. */
  open(): Promise<Store>;
  /** What a crash is to this driver: kills the server and starts it again while a store is open. Absent where the store is the server. */
  crash?(): Promise<void>;
  /** Releases all the fixture has. */
  dispose(): Promise<void>;
}

let prefixes = 0;

/** A prefix of keys that no other test uses. */
export function freshPrefix(): string {
  return `/registry/test-${++prefixes}/`;
}

export function bytes(text: string): Buffer {
  return Buffer.from(text);
}

/** The revision of a write that must succeed. */
export async function written(result: Promise<WriteResult>): Promise<number> {
  const outcome = await result;
  if (!outcome.succeeded) throw new Error(`the write was refused; present: ${JSON.stringify(outcome.current)}`);
  return outcome.revision;
}

/** The code of the StoreError that the promise must be rejected with. */
export async function codeOf(result: Promise<unknown>): Promise<string> {
  const error: unknown = await result.then(
    () => new Error('expected a failure, but it succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof StoreError)) throw error;
  return error.code;
}

export async function allUnder(store: Store, prefix: string, options: { revision?: number; limit?: number } = {}): Promise<readonly KeyValue[]> {
  return (await store.range({ start: prefix, end: prefixEnd(prefix), ...options })).kvs;
}

/** A watch of a prefix that can be asked for its next events. */
export class TestWatch {
  readonly batches: WatchBatch[] = [];
  private readonly controller = new AbortController();
  private readonly iterator: AsyncIterator<WatchBatch>;

  constructor(store: Store, prefix: string, afterRevision: number) {
    this.iterator = store
      .watch({ start: prefix, end: prefixEnd(prefix), afterRevision, signal: this.controller.signal })
      [Symbol.asyncIterator]();
  }

  /** The next batch; undefined at the end. */
  async next(): Promise<WatchBatch | undefined> {
    const result = await this.iterator.next();
    if (result.done) return undefined;
    this.batches.push(result.value);
    return result.value;
  }

  /** The next `count` events, however they are batched; more if a batch brings more. */
  async events(count: number): Promise<StoreEvent[]> {
    const events: StoreEvent[] = [];
    while (events.length < count) {
      const batch = await this.next();
      if (!batch) throw new Error(`the watch ended after ${events.length} of ${count} events`);
      events.push(...batch.events);
    }
    return events;
  }

  abort(): void {
    this.controller.abort();
  }

  /** Ends the watch from the consumer's side, as leaving a `for await` does. */
  async stop(): Promise<void> {
    await this.iterator.return?.();
  }
}

/** An event in a line, for comparing. */
export function eventLine(event: StoreEvent): string {
  return `${event.type} ${event.kv.key.split('/').at(-1)}=${event.kv.value.toString()} (${event.previous?.value.toString() ?? '-'})`;
}
