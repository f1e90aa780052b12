import { newBadRequest, newRequestEntityTooLarge } from '@typekube/apimachinery';
import type { ApiRequest } from './messages';

/** Upstream's limit on what a request may send (MaxRequestBodyBytes). */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** Reads the whole body. Fails with 413 as soon as it is known to be too large, with 400 if the client breaks off. */
export function readBody(request: ApiRequest, maxBytes = MAX_BODY_BYTES): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBytes) return Promise.reject(tooLarge(maxBytes));
  if (request.destroyed && !request.complete) return Promise.reject(brokenOff());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) return void chunks.push(chunk);
      request.pause();
      reject(tooLarge(maxBytes));
    });
    request.on('end', () => {
      request.context.bodyBytes = length;
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    request.on('error', (error) => reject(newBadRequest(`unable to read the request body: ${error.message}`, { cause: error })));
    request.on('aborted', () => reject(brokenOff()));
  });
}

function brokenOff(): Error {
  return newBadRequest('the client closed the connection before its request was complete');
}

function tooLarge(maxBytes: number): Error {
  return newRequestEntityTooLarge(`limit is ${maxBytes}`);
}
