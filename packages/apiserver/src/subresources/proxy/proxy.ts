import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { newServiceUnavailable } from '@typekube/apimachinery';
import { proxyUpgrade } from '@typekube/streaming';
import type { VerbHandler } from '../../handlers/resource-handler';
import type { ApiRequest, ApiResponse } from '../../http/messages';
import { admitConnection } from '../connect';
import type { ConnectKind } from '../connect-options';
import { pathOf, plainPathOf, prefixOf } from './proxy-path';
import { isForThisServer, requestHeaders, responseHeaders } from './rewrite';
import type { FindTarget, ProxyTarget } from './target';

/** Time a target has to take a connection. */
const CONNECT_MS = 30_000;

/**
 * `nodes/proxy`, `pods/proxy`, `services/proxy`: any method and any path of another server, with its answer as it comes, and connections that change their
 * protocol. Links in pages are not rewritten; redirects are.
 */
export function proxyHandler(kind: ConnectKind, find: FindTarget): VerbHandler {
  return async (core, served, request, response) => {
    const { info } = request.context;
    const { path } = await admitConnection(core, served, request, kind, plainPathOf(info));
    await core.barrier.mostRecent();
    const behind = pathOf(path);
    const mark = request.url.indexOf('?');
    const query = mark < 0 ? '' : request.url.slice(mark);
    const rawPath = mark < 0 ? request.url : request.url.slice(0, mark);
    const target = find(core, info);
    target.url.pathname = behind;
    target.url.search = query;
    if (request.upgraded) return passUpgrade(request, response, target);
    // Relative links of a page need the slash.
    if (behind === '' && (request.method === 'GET' || request.method === 'HEAD')) return redirect(response, `${rawPath}/${query}`);
    await pass(request, response, { ...target, prefix: prefixOf(info) });
  };
}

function redirect(response: ApiResponse, location: string): void {
  response.writeHead(301, { location }).end();
}

async function passUpgrade(request: ApiRequest, response: ApiResponse, { url, tls }: ProxyTarget): Promise<void> {
  const { upgraded } = request;
  if (!upgraded) return;
  response.detachSocket(upgraded.socket);
  const ours = Object.keys(request.headers).filter(isForThisServer);
  const forwarded = requestHeaders(request.headers, { clientAddress: addressOf(request), uri: request.url })['x-forwarded-for'];
  const headers = {
    ...Object.fromEntries(ours.map((name) => [name, undefined])),
    host: request.headers.host ?? url.host,
    'x-forwarded-for': String(forwarded),
  };
  await proxyUpgrade({ request, ...upgraded }, { url, tls, headers });
  response.emit('close');
}

interface Passing extends ProxyTarget {
  readonly prefix: string;
}

async function pass(request: ApiRequest, response: ApiResponse, { url, tls, prefix }: Passing): Promise<void> {
  const answer = await ask(request, response, { url, tls });
  const clientHost = String(request.headers.host ?? request.headers[':authority'] ?? '');
  response.writeHead(answer.statusCode ?? 502, responseHeaders(answer.headers, { target: url, clientHost, prefix }));
  response.flushHeaders();
  // Either end may break off; the other one sees it by its connection.
  await pipeline(answer, response).catch(() => answer.destroy());
}

/** The target's answer, from its head on. Request and answer end with the client's. */
function ask(request: ApiRequest, response: ApiResponse, { url, tls }: ProxyTarget): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = {
      method: request.method,
      headers: {
        ...requestHeaders(request.headers, { clientAddress: addressOf(request), uri: request.url.split('?')[0] ?? '' }),
        ...(hasBodyOfUnknownLength(request) && { 'transfer-encoding': 'chunked' }),
      },
      agent: false,
      timeout: CONNECT_MS,
    } as const;
    const asking = url.protocol === 'https:' ? httpsRequest(url, { ...options, ...tls }, resolve) : httpRequest(url, options, resolve);
    // Only the connection has a limit: what is proxied may take its time.
    asking.once('socket', (socket) => socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => asking.setTimeout(0)));
    asking.once('timeout', () => asking.destroy(new Error(`dial tcp ${url.host}: i/o timeout`)));
    asking.on('error', (error) => reject(newServiceUnavailable(`error trying to reach service: ${error.message}`)));
    response.once('close', () => asking.destroy());
    request.pipe(asking);
  });
}

/** Such a body needs chunks, which node makes for some methods only: without them its end would be the next request's beginning. */
function hasBodyOfUnknownLength(request: ApiRequest & { readonly stream?: { readonly endAfterHeaders?: boolean } }): boolean {
  const { headers, stream } = request;
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] === undefined && stream?.endAfterHeaders === false);
}

function addressOf({ socket }: ApiRequest): string {
  return socket.remoteAddress ?? '';
}
