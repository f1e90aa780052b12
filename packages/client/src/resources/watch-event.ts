import { type KubeObject, parseJson, StatusError } from '@typekube/apimachinery';
import { ConnectionError } from '../transport/connection-error';
import type { WireResponse } from '../transport/http-message';
import { toBytes } from '../transport/read-body';
import { isStatus } from '../transport/response-status';
import { readObject } from './object-list';

/** One event of a watch. An error event does not come as one: it is thrown as StatusError. */
export interface WatchEvent<T extends KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}

const NEWLINE = 0x0a;

/**
 * The events of a watch response, until it ends. Batches are what came with one read.
 *
 * @throws StatusError for an error event, ConnectionError where the connection breaks, the signal's reason where that ends it.
 */
export async function* readWatch<T extends KubeObject>(
  response: WireResponse,
  signal?: AbortSignal,
): AsyncGenerator<WatchEvent<T>> {
  for await (const line of readLines(response, signal)) yield readEvent<T>(line);
}

async function* readLines(response: WireResponse, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  let pending: Uint8Array[] = [];
  try {
    for await (const chunk of response.body) {
      let rest = toBytes(chunk);
      for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
        const line = pending.length > 0 ? Buffer.concat([...pending, rest.subarray(0, end)]) : rest.subarray(0, end);
        pending = [];
        rest = rest.subarray(end + 1);
        if (line.length > 0) yield line;
      }
      if (rest.length > 0) pending.push(rest);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw new ConnectionError('reading a watch', error);
  }
  signal?.throwIfAborted();
  if (response.isTruncated() || pending.length > 0) throw new ConnectionError('reading a watch', new Error('unexpected EOF'));
}

function readEvent<T extends KubeObject>(line: Uint8Array): WatchEvent<T> {
  const value = parseJson(line);
  if (typeof value !== 'object' || value === null || !('type' in value) || !('object' in value)) {
    throw new TypeError('the server sent something that is no watch event');
  }
  const { type, object } = value;
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
    case 'BOOKMARK':
      return { type, object: readObject<T>(object) };
    case 'ERROR':
      throw errorOf(object);
    default:
      throw new TypeError(`the server sent a watch event of unknown type ${JSON.stringify(type)}`);
  }
}

function errorOf(object: unknown): StatusError {
  if (!isStatus(object)) return new StatusError(500, 'InternalError', 'the server sent an error event without a status');
  return new StatusError(object.code ?? 500, object.reason ?? '', object.message ?? '', object.details);
}
