import type { KubeObject } from '@typekube/apimachinery';
import { type Clock, sleep, systemClock } from '@typekube/component-base';
import type { ObjectList } from '../resources/object-list';
import type { ListOptions, SelectOptions, WatchOptions } from '../resources/options';
import type { WatchEvent } from '../resources/watch-event';
import { Backoff } from './backoff';
import { objectKey } from './object-key';
import { type ActiveState, afterFailure, type ListWatchState } from './list-watch-state';

/** Where objects come from; a ResourceClient is one. */
export interface ListWatchSource<T extends KubeObject> {
  list(options: ListOptions): Promise<ObjectList<T>>;
  watch(options: WatchOptions): AsyncGenerator<WatchEvent<T>>;
}

/** What happened to the objects: first, and whenever changes may have been missed, all of them; then each change. */
export type ListWatchEvent<T extends KubeObject> =
  | { readonly type: 'replaced'; readonly objects: readonly T[]; readonly resourceVersion: string }
  | { readonly type: 'applied' | 'deleted'; readonly object: T; readonly resourceVersion: string }
  /** Nothing changed, but time went on. */
  | { readonly type: 'bookmark'; readonly resourceVersion: string };

export interface ListWatchOptions {
  readonly signal: AbortSignal;
  readonly selection?: SelectOptions;
  /** Is told of each failure; it is dealt with. */
  readonly onError?: (error: unknown, state: ActiveState) => void;
  readonly clock?: Clock;
  /** Default upstream's: 0.8 to 30 seconds, doubled each time, up to twice as long by chance, short again after two minutes. */
  readonly backoff?: Backoff;
}

/** A watch asks the server to end it after 5 to 10 minutes, so that watches spread over servers again. */
const MIN_WATCH_SECONDS = 300;
/** A watch that ends sooner without an event is a failure, lest it be opened in a tight loop. */
const SHORT_WATCH_MILLISECONDS = 1000;
const PAGE_SIZE = 500;
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/**
 * All objects and then every change, for ever: it resumes where a watch broke off, starts anew where the server has forgotten
 * that place (410), and pauses after failures. Ends only with the signal.
 */
export async function* listWatch<T extends KubeObject>(
  source: ListWatchSource<T>,
  options: ListWatchOptions,
): AsyncGenerator<ListWatchEvent<T>> {
  const { signal, clock = systemClock, backoff = upstreamBackoff(clock) } = options;
  let state: ListWatchState = { at: 'streaming', resourceVersion: '' };
  while (!signal.aborted) {
    if (state.at === 'waiting') {
      await sleep(clock, backoff.next(), signal).catch(() => undefined);
      state = state.next;
    } else {
      state = yield* new Step(source, options, clock, state).run();
    }
  }
}

function upstreamBackoff(clock: Clock): Backoff {
  return new Backoff({ initialMilliseconds: 800, maxMilliseconds: 30_000, jitter: 1, resetMilliseconds: 120_000, clock });
}

/** One state from its beginning to its end. */
class Step<T extends KubeObject> {
  private resourceVersion = '';
  private openedAt = Number.NaN;
  private seen = 0;

  constructor(
    private readonly source: ListWatchSource<T>,
    private readonly options: ListWatchOptions,
    private readonly clock: Clock,
    private readonly state: ActiveState,
  ) {}

  async *run(): AsyncGenerator<ListWatchEvent<T>, ListWatchState> {
    try {
      return yield* this.enter();
    } catch (error) {
      return this.failed(error);
    }
  }

  private enter(): AsyncGenerator<ListWatchEvent<T>, ListWatchState> {
    switch (this.state.at) {
      case 'streaming':
        return this.stream();
      case 'listing':
        return this.list();
      case 'watching':
        return this.follow(this.watch({ resourceVersion: this.state.resourceVersion }), this.state.canStream);
    }
  }

  private async *stream(): AsyncGenerator<ListWatchEvent<T>, ListWatchState> {
    const { resourceVersion } = this.state;
    const events = this.watch({ resourceVersion, resourceVersionMatch: 'NotOlderThan', sendInitialEvents: true });
    try {
      yield await this.readInitial(events);
      return yield* this.follow(events, true);
    } finally {
      await events.return(undefined);
    }
  }

  /** Everything up to the bookmark that ends it. */
  private async readInitial(events: AsyncGenerator<WatchEvent<T>>): Promise<ListWatchEvent<T>> {
    const objects = new Map<string, T>();
    for (let next = await events.next(); !next.done; next = await events.next()) {
      const { type, object } = next.value;
      if (type === 'DELETED') objects.delete(objectKey(object));
      else if (type !== 'BOOKMARK') objects.set(objectKey(object), object);
      else if (object.metadata.annotations?.[INITIAL_EVENTS_END] === 'true') {
        return this.replaced([...objects.values()], object.metadata.resourceVersion);
      }
    }
    throw new Error('the watch ended before the end of the initial events');
  }

  private async *list(): AsyncGenerator<ListWatchEvent<T>, ListWatchState> {
    const { resourceVersion } = this.state;
    const { signal, selection } = this.options;
    // Only a list of the newest state is worth pages: any other comes from the server's cache, which sends it whole.
    const limit = resourceVersion === '' ? { limit: PAGE_SIZE } : {};
    let page = await this.source.list({ ...selection, signal, ...limit, ...(resourceVersion && { resourceVersion }) });
    const objects = [...page.items];
    while (page.metadata.continue) {
      page = await this.source.list({ ...selection, signal, ...limit, continue: page.metadata.continue });
      for (const item of page.items) objects.push(item);
    }
    yield this.replaced(objects, page.metadata.resourceVersion);
    return { at: 'watching', resourceVersion: this.resourceVersion, canStream: false };
  }

  /** The changes until the watch ends, which is as planned unless it ends at once. */
  private async *follow(
    events: AsyncGenerator<WatchEvent<T>>,
    canStream: boolean,
  ): AsyncGenerator<ListWatchEvent<T>, ListWatchState> {
    this.openedAt = this.clock.monotonic();
    for await (const { type, object } of events) {
      const resourceVersion = object.metadata.resourceVersion ?? '';
      this.resourceVersion = resourceVersion;
      this.seen++;
      if (type === 'BOOKMARK') yield { type: 'bookmark', resourceVersion };
      else yield { type: type === 'DELETED' ? 'deleted' : 'applied', object, resourceVersion };
    }
    if (!this.wasOpen())
      return this.failed(new Error('very short watch: it lasted less than a second and no items were received'));
    return { at: 'watching', resourceVersion: this.resourceVersion || this.state.resourceVersion, canStream };
  }

  private watch(options: WatchOptions): AsyncGenerator<WatchEvent<T>> {
    const { signal, selection } = this.options;
    const timeoutSeconds = Math.floor(MIN_WATCH_SECONDS * (1 + Math.random()));
    return this.source.watch({ ...selection, ...options, allowWatchBookmarks: true, timeoutSeconds, signal });
  }

  private replaced(objects: readonly T[], resourceVersion = ''): ListWatchEvent<T> {
    this.resourceVersion = resourceVersion;
    return { type: 'replaced', objects, resourceVersion };
  }

  private wasOpen(): boolean {
    return this.seen > 0 || this.clock.monotonic() - this.openedAt >= SHORT_WATCH_MILLISECONDS;
  }

  private failed(error: unknown): ListWatchState {
    const { state, resourceVersion } = this;
    if (!this.options.signal.aborted) this.options.onError?.(error, state);
    return afterFailure(state, { error, resourceVersion, wasOpen: this.wasOpen() });
  }
}
