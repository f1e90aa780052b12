import { Duplex } from 'node:stream';
import type { IEvent, IWatchResponse } from 'etcd3';
import { StoreError } from '../errors';
import type { StoreObserver } from '../options';
import type { WatchBatch, WatchRequest } from '../store';
import { Backoff } from './backoff';
import { requireLeader, type EtcdClient } from './client';
import { headerRevision, toEvent, toRevision } from './convert';
import { toStoreError } from './errors';

/**
 * The watch over one stream after the other: when one breaks, the next begins after the last revision handed on, so that nothing is
 * missed or comes twice. Flow control is gRPC's: what the consumer does not take waits in etcd.
 */
export async function* watchEtcd(client: EtcdClient, request: WatchRequest, observer: StoreObserver): AsyncGenerator<WatchBatch, void> {
  const signal = AbortSignal.any([request.signal, client.closed]);
  const backoff = new Backoff();
  let position = request.afterRevision;
  while (!signal.aborted) {
    try {
      for await (const batch of watchOnce(client, { ...request, signal, afterRevision: position })) {
        backoff.reset();
        position = batch.revision;
        yield batch;
      }
    } catch (cause) {
      if (signal.aborted) break;
      const error = toStoreError(cause, client.endpoints);
      if (!(error instanceof StoreError) || error.code !== 'unavailable') throw error;
      observer.log?.('warn', 'watch lost, will be resumed', { start: request.start, revision: position, error: error.message });
    }
    if (signal.aborted) break;
    observer.onMetric?.('watch_resumes_total', 1);
    await backoff.wait(signal);
  }
  if (client.closed.aborted && !request.signal.aborted) throw new StoreError('closed', 'the store is closed');
}

/** One stream, until it breaks. */
async function* watchOnce(client: EtcdClient, request: WatchRequest): AsyncGenerator<WatchBatch, void> {
  const stream = await client.etcd.watchClient.watch(await requireLeader());
  // The library's type leaves out that it is a stream of Node's.
  if (!(stream instanceof Duplex)) throw new TypeError('etcd3 gave a watch that is no stream');
  const cancel = (): void => stream.cancel();
  request.signal.addEventListener('abort', cancel, { once: true });
  if (request.signal.aborted) cancel();
  try {
    stream.write({
      create_request: {
        key: Buffer.from(request.start), range_end: Buffer.from(request.end), start_revision: request.afterRevision + 1,
        progress_notify: true, prev_kv: true, fragment: true,
      },
    });
    let position = request.afterRevision;
    let fragments: IEvent[] = [];
    const responses: AsyncIterable<IWatchResponse> = stream;
    for await (const response of responses) {
      checkCanceled(response, position);
      fragments.push(...response.events);
      if (response.created || response.fragment) continue;
      const batch = toBatch(response, fragments);
      fragments = [];
      if (batch.revision <= position) continue;
      position = batch.revision;
      yield batch;
    }
  } finally {
    request.signal.removeEventListener('abort', cancel);
    // A stream that is cancelled reports so once more; the consumer knows already.
    stream.on('error', () => undefined);
    stream.cancel();
  }
}

/** The header's revision says how far the watch has come only where there are no events: a stretch of history comes in several answers. */
function toBatch(response: IWatchResponse, events: readonly IEvent[]): WatchBatch {
  const last = events.at(-1);
  return { revision: last ? toRevision(last.kv.mod_revision) : headerRevision(response), events: events.map(toEvent) };
}

function checkCanceled(response: IWatchResponse, position: number): void {
  const compactRevision = toRevision(response.compact_revision);
  if (compactRevision > 0) {
    throw new StoreError('compacted', `changes after revision ${position} are compacted; history begins at ${compactRevision}`);
  }
  if (response.canceled) throw new StoreError('unavailable', `etcd ended the watch: ${response.cancel_reason || 'no reason given'}`);
}
