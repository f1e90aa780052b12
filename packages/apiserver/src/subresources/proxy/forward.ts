import { type Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ConnectionOptions } from 'node:tls';
import type { ApiRequest, ApiResponse } from '../../http/messages';

/** Time a target has to take a connection. */
const CONNECT_MS = 30_000;

/** Requests that may be sent twice: they change nothing, and have no body that is gone by then. */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

type Headers = Readonly<Record<string, string | string[]>>;

export interface Forwarding {
  readonly url: URL;
  readonly tls: ConnectionOptions;
  /** Keeps connections; without it each request has its own. */
  readonly agent?: Agent;
  /** What the target gets. */
  readonly headers: Headers;
  /** What the client gets of the answer's. */
  readonly answerHeaders: (headers: IncomingHttpHeaders) => Headers;
  /** What changes the answer's body on its way. Default: nothing. */
  readonly stagesOf?: (answer: IncomingMessage) => Promise<readonly Duplex[]>;
  /** What is not accepted is not passed on. Default: everything is. */
  readonly isAccepted?: (answer: IncomingMessage) => boolean;
  /** Ends it when this server stops. */
  readonly stopping?: AbortSignal;
}

/** The target has answered what is not to be passed on. */
export class RefusedAnswer extends Error {
  override readonly name = 'RefusedAnswer';
}

/** Passes a request on, and the answer back as it comes. Rejects where there is no answer, with why. Request and answer end with the client's. */
export async function forward(request: ApiRequest, response: ApiResponse, forwarding: Forwarding): Promise<void> {
  const answer = await ask(request, response, forwarding);
  const stop = (): void => void answer.destroy();
  if (forwarding.isAccepted?.(answer) === false) {
    stop();
    throw new RefusedAnswer();
  }
  forwarding.stopping?.addEventListener('abort', stop, { once: true });
  const stages = (await forwarding.stagesOf?.(answer)) ?? [];
  response.writeHead(answer.statusCode ?? 502, headersOf(forwarding.answerHeaders(answer.headers), stages));
  response.flushHeaders();
  // Either end may break off; the other one sees it by its connection.
  await pipeline([answer, ...stages, response]).catch(() => answer.destroy());
  forwarding.stopping?.removeEventListener('abort', stop);
}

/** How long a body is that changes on its way shows at its end. */
function headersOf(headers: Headers, stages: readonly Duplex[]): Headers {
  if (stages.length === 0) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-length'));
}

/** The target's answer, from its head on. */
function ask(request: ApiRequest, response: ApiResponse, forwarding: Forwarding, isRepeated = false): Promise<IncomingMessage> {
  const { url, tls, agent, headers } = forwarding;
  return new Promise((resolve, reject) => {
    const options = {
      method: request.method,
      headers: { ...headers, ...(hasBodyOfUnknownLength(request) && { 'transfer-encoding': 'chunked' }) },
      agent: agent ?? false,
      timeout: CONNECT_MS,
    } as const;
    const isSecure = url.protocol === 'https:';
    const asking = isSecure ? httpsRequest(url, { ...options, ...tls }, resolve) : httpRequest(url, options, resolve);
    // Only the connection has a limit: what is proxied may take its time.
    asking.once('socket', (socket) => {
      if (asking.reusedSocket) asking.setTimeout(0);
      else socket.once(isSecure ? 'secureConnect' : 'connect', () => asking.setTimeout(0));
    });
    asking.once('timeout', () => asking.destroy(new Error(`dial tcp ${url.host}: i/o timeout`)));
    const end = (): void => void asking.destroy();
    response.once('close', end);
    asking.on('error', (error: NodeJS.ErrnoException) => {
      response.off('close', end);
      // A connection that was kept may end as it is used again.
      const isLost = asking.reusedSocket && error.code === 'ECONNRESET' && !isRepeated && !response.closed;
      if (isLost && REPEATABLE.has(request.method)) ask(request, response, forwarding, true).then(resolve, reject);
      else reject(error);
    });
    if (isRepeated) asking.end();
    else request.pipe(asking);
  });
}

/** Such a body needs chunks, which node makes for some methods only: without them its end would be the next request's beginning. */
function hasBodyOfUnknownLength(request: ApiRequest & { readonly stream?: { readonly endAfterHeaders?: boolean } }): boolean {
  const { headers, stream } = request;
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] === undefined && stream?.endAfterHeaders === false);
}
