import { ConnectionError } from './connection-error';
import type { WireResponse } from './http-message';

/** The whole body. Rejects with ConnectionError where it broke off, with the signal's reason where that ended it. */
export async function readBody(response: WireResponse, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of response.body) chunks.push(toBytes(chunk));
  } catch (error) {
    signal.throwIfAborted();
    throw new ConnectionError('reading the response', error);
  }
  signal.throwIfAborted();
  if (response.isTruncated()) throw new ConnectionError('reading the response', new Error('unexpected EOF'));
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

export function toBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError('a response body must be read as bytes');
}
