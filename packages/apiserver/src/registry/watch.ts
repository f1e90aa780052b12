import type { BucketCounts } from '@typekube/component-base';
import { newBadRequest, newResourceExpired, type StatusError } from '@typekube/apimachinery';
import type { CacheEvent } from '../cache/event-ring';
import { viewEvent, type WatchNotice } from '../cache/watcher';
import { compileFilter, type EntryFilter } from './entry-filter';
import type { ReadBarrier } from './read-barrier';
import { type ListOptions, parseResourceVersion } from './read-options';
import type { Representation } from './representation';
import type { Resource } from './resource';
import { FrameOrder } from './frame-order';
import { bookmarkFrame, eventFrame, initialEntries, initialFrames } from './watch-frames';
import type { WatchStream } from './watch-stream';

export interface WatchRequest {
  readonly resource: Resource;
  readonly namespace: string;
  /** Of a watch on one object by its path. */
  readonly name: string;
  readonly options: ListOptions;
  readonly representation: Representation;
  /** Counts what is sent. */
  readonly sizes?: BucketCounts | undefined;
  readonly barrier: ReadBarrier;
  /** Called when a state whose end is marked has been sent. */
  readonly onStateSent?: () => void;
}

/** Where a watch begins. */
type Start =
  /** With all present objects as ADDED events; with a marking bookmark after them where asked. */
  | { readonly at: 'state'; readonly markEnd: boolean }
  | { readonly at: 'revision'; readonly revision: number };

/**
 * A watch that is ready to run: made before the answer's head is sent, so that a refused watch still gets its status code.
 * It holds on to all events since its making.
 */
export interface PreparedWatch {
  /** Sends what has happened and then what happens, until the stream closes. */
  run(stream: WatchStream): void;
}

/**
 * Fails with 504 if initial events are asked for of a revision that is yet to come. A revision that is no longer known is told by an
 * ERROR event with code 410, as upstream.
 */
export async function prepareWatch(request: WatchRequest): Promise<PreparedWatch> {
  const { resource, namespace, name, options, barrier } = request;
  const filter = compileFilter(resource, { ...options, namespace, name });
  const start = await findStart(options, barrier);
  if (start.at === 'state') resource.cache.checkReadable(resource.prefix(namespace));
  return { run: (stream) => runWatch(request, filter, start, stream) };
}

async function findStart(options: ListOptions, barrier: ReadBarrier): Promise<Start> {
  const asked = options.resourceVersion === '' ? undefined : parseResourceVersion(options.resourceVersion);
  if (options.sendInitialEvents === undefined && asked) return { at: 'revision', revision: asked };
  if (asked === undefined) await barrier.mostRecent();
  else if (asked > 0) await barrier.notOlderThan(asked);
  if (options.sendInitialEvents === false) return { at: 'revision', revision: barrier.revision };
  return { at: 'state', markEnd: options.sendInitialEvents === true && options.allowWatchBookmarks };
}

function tooOld(asked: number, oldest: number): StatusError {
  return newResourceExpired(`too old resource version: ${asked} (${oldest})`);
}

/** From here to `listen` nothing waits, so no event falls between. */
function runWatch(request: WatchRequest, filter: EntryFilter | undefined, start: Start, stream: WatchStream): void {
  const { resource, namespace, representation, sizes, barrier } = request;
  const { cache } = resource;
  const order = representation.prepare && new FrameOrder(representation, stream);
  let isFirst = true;
  const leave = (last: CacheEvent['entry'], revision: number): CacheEvent['entry'] => cache.format.readDeleted(last, revision);
  const send = (event: CacheEvent, notice: WatchNotice): void => {
    const frame = eventFrame(representation, event, notice, isFirst);
    sizes?.observe(frame.length);
    stream.send(frame);
    isFirst = false;
  };
  const deliver = (event: CacheEvent): void => {
    const notice = viewEvent(event, filter, leave);
    if (!notice) return;
    if (order) order.run([notice.entry], event.revision, () => send(event, notice));
    else send(event, notice);
  };

  const begun = barrier.revision;
  if (start.at === 'state') {
    const snapshot = cache.snapshot();
    const entries = (): Iterable<CacheEvent['entry']> => initialEntries(snapshot, resource.prefix(namespace), filter);
    const end = start.markEnd ? endOfState(request, begun) : [];
    const sendState = (): void => void (isFirst = !stream.sendFirst(initialFrames(entries(), representation, sizes), end));
    if (order) order.run([...entries()], begun, sendState);
    else sendState();
  } else {
    const missed = cache.eventsAfter(start.revision);
    if (!missed) return stream.fail(tooOld(start.revision, cache.oldestStart));
    missed.forEach(deliver);
  }
  const after = start.at === 'revision' ? start.revision : begun;
  const stop = cache.listen({
    event: (event) => {
      if (event.revision > after) deliver(event);
    },
    closed: () => stream.end(),
  });
  stream.onClose(stop);
  if (request.options.allowWatchBookmarks) {
    stream.everyBookmark(() => bookmarkFrame(representation, order?.sentUpTo ?? Math.max(barrier.revision, after)));
  }
}

/** Made when all before it has been taken. */
function* endOfState({ representation, onStateSent }: WatchRequest, revision: number): Generator<Buffer, void> {
  onStateSent?.();
  yield bookmarkFrame(representation, revision, { 'k8s.io/initial-events-end': 'true' });
}

/** Seconds a watch may last: what the client asks, else a random time between the server's minimum and twice that. */
export function watchTimeoutSeconds(options: ListOptions, minRequestTimeoutSeconds: number): number {
  const asked = options.timeoutSeconds;
  if (asked !== undefined && asked < 0) throw newBadRequest(`timeoutSeconds must not be negative: ${asked}`);
  return Math.min(asked || minRequestTimeoutSeconds * (1 + Math.random()), MAX_SECONDS);
}

/** What a timer can wait: more than three weeks. */
const MAX_SECONDS = 2 ** 31 / 1000 - 1;
