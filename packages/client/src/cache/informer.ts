import type { KubeObject } from '@typekube/apimachinery';
import { type Clock, silentLogger, type Logger, systemClock } from '@typekube/component-base';
import { refText, type ResourceRef } from '../discovery/resource-ref';
import type { DeepReadonly } from '../resources/deep-readonly';
import type { SelectOptions } from '../resources/options';
import type { Backoff } from './backoff';
import { keepAlive } from './keep-alive';
import { listWatch, type ListWatchEvent, type ListWatchSource } from './list-watch';
import { reflect, type StoreChange, type Transform } from './reflect';
import { type IndexFunction, type Indexer, Store } from './store';

/** Is called with each change, in order, after the store has it. It must not wait: put a key into a queue and return. */
export interface InformerHandler<T extends KubeObject> {
  /** `initial`: the object was there when the handler or the informer began. */
  onAdd?(object: DeepReadonly<T>, initial: boolean): void;
  /** With a resync also for unchanged objects: both arguments are the same then. */
  onUpdate?(object: DeepReadonly<T>, old: DeepReadonly<T>): void;
  /** `finalStateUnknown`: the deletion was missed; the object is the last that was seen. */
  onDelete?(object: DeepReadonly<T>, finalStateUnknown: boolean): void;
}

export interface InformerOptions<T extends KubeObject> {
  readonly selection?: SelectOptions;
  readonly transform?: Transform<T>;
  /**
   * Tells handlers of every object again in this interval. Default: never; reconcilers that talk to nothing but the API need
   * none.
   */
  readonly resyncMilliseconds?: number;
  readonly indexes?: Readonly<Record<string, IndexFunction<T>>>;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** Pauses after failures; default as listWatch. */
  readonly backoff?: Backoff;
}

/** A copy of a resource that follows the server, shared by all who read it. */
export class Informer<T extends KubeObject> {
  private readonly store = new Store<T>();
  private readonly handlers = new Set<InformerHandler<T>>();
  private readonly logger: Logger;
  private readonly onSynced: (() => void)[] = [];
  private isSynced = false;
  private lastVersion = '';

  constructor(
    readonly ref: ResourceRef<T>,
    private readonly source: ListWatchSource<T>,
    private readonly options: InformerOptions<T> = {},
  ) {
    this.logger = (options.logger ?? silentLogger).child('informer', { resource: refText(ref) });
    for (const [name, valuesOf] of Object.entries(options.indexes ?? {})) this.store.addIndex(name, valuesOf);
  }

  /** The objects. Empty until synced; then never older than what handlers were told. */
  get indexer(): Indexer<T> {
    return this.store;
  }

  /** The first list is in the store, and handlers know of it. */
  get hasSynced(): boolean {
    return this.isSynced;
  }

  /** How new the store is: the resource version of the last list, change or bookmark. */
  get resourceVersion(): string {
    return this.lastVersion;
  }

  /** Also while it runs. The same function under one name counts once. */
  addIndex(name: string, valuesOf: IndexFunction<T>): void {
    this.store.addIndex(name, valuesOf);
  }

  /** Is told of everything that is there, at once, and of every change from now on; the returned function ends that. */
  addHandler(handler: InformerHandler<T>): () => void {
    for (const object of this.store.list()) this.tell(handler, { type: 'added', object }, true);
    this.handlers.add(handler);
    return () => this.handlers.delete(handler);
  }

  /** Resolves when it has synced. Rejects with the signal's reason. */
  synced(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.isSynced) return resolve();
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = (): void => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.onSynced.push(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
    });
  }

  /** Follows the server until the signal is aborted. Failures are logged and overcome. */
  async run(signal: AbortSignal): Promise<void> {
    const { selection, clock = systemClock, transform, backoff } = this.options;
    const stopResync = this.startResync(clock);
    const release = keepAlive();
    const onError = (error: unknown): void => this.logger.warn('List or watch failed; trying again', { error: String(error) });
    const events = listWatch(this.source, {
      signal,
      onError,
      clock,
      ...(selection && { selection }),
      ...(backoff && { backoff }),
    });
    try {
      for await (const changes of reflect(this.noteVersions(events), this.store, transform)) this.dispatch(changes);
    } finally {
      release();
      stopResync();
    }
  }

  private async *noteVersions(events: AsyncIterable<ListWatchEvent<T>>): AsyncGenerator<ListWatchEvent<T>> {
    for await (const event of events) {
      yield event;
      this.lastVersion = event.resourceVersion;
    }
  }

  private dispatch(changes: readonly StoreChange<T>[]): void {
    for (const change of changes) for (const handler of this.handlers) this.tell(handler, change, !this.isSynced);
    if (this.isSynced) return;
    this.isSynced = true;
    for (const resolve of this.onSynced.splice(0)) resolve();
  }

  /** A handler that throws is a bug of its own: it must not end the others'. */
  private tell(handler: InformerHandler<T>, change: StoreChange<T>, initial: boolean): void {
    try {
      if (change.type === 'added') handler.onAdd?.(change.object, initial);
      else if (change.type === 'updated') handler.onUpdate?.(change.object, change.old);
      else handler.onDelete?.(change.object, change.finalStateUnknown);
    } catch (error) {
      this.logger.error('A handler failed', error, { change: change.type });
    }
  }

  private startResync(clock: Clock): () => void {
    const { resyncMilliseconds } = this.options;
    if (!resyncMilliseconds) return () => undefined;
    const resync = (): void => {
      timer = clock.after(resyncMilliseconds, resync);
      if (this.isSynced) this.dispatch(this.store.list().map((object) => ({ type: 'updated', object, old: object })));
    };
    let timer = clock.after(resyncMilliseconds, resync);
    return () => timer.cancel();
  }
}
