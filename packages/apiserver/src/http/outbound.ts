import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { type Agent, request as httpsRequest } from 'node:https';
import type { SecureContextOptions } from 'node:tls';

/** A request to another server that this one asks. */
export interface OutboundRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** PEM texts. Without `ca`, the authorities of the system are trusted. */
  readonly tls?: SecureContextOptions & { readonly servername?: string; readonly rejectUnauthorized?: boolean };
  /** Keeps connections, with TLS of its own. */
  readonly agent?: Agent;
  readonly timeoutMilliseconds: number;
  /** Of the answer. Default: a megabyte. */
  readonly maxBytes?: number;
  /** Ends it before that. */
  readonly signal?: AbortSignal;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** There was no answer in the time that there was for it. */
export class AnswerTimeoutError extends Error {
  override readonly name = 'AnswerTimeoutError';
}

const MAX_ANSWER_BYTES = 1024 * 1024;

/** Sends a request and reads its whole answer. Rejects where there is none in time, or too much of it. Redirects are not followed. */
export function send({ url, method = 'GET', body, headers, tls, agent, timeoutMilliseconds, maxBytes = MAX_ANSWER_BYTES, signal: stop }: OutboundRequest): Promise<OutboundAnswer> {
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  const signal = stop ? AbortSignal.any([timeout, stop]) : timeout;
  const isSecure = new URL(url).protocol === 'https:';
  return new Promise((resolve, reject) => {
    const options = { method, signal, headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) } };
    const request = isSecure ? httpsRequest(url, { ...options, ...tls, ...(agent && { agent }) }) : httpRequest(url, options);
    request.on('error', (error) => reject(timeout.aborted ? new AnswerTimeoutError(`${url}: no answer in ${timeoutMilliseconds} ms`, { cause: error }) : error));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) request.destroy(new Error(`${url}: the answer is larger than ${maxBytes} bytes`));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }));
    });
    request.end(body);
  });
}
