import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { newServiceUnavailable } from '@typekube/apimachinery';
import { proxyUpgrade } from '@typekube/streaming';
import type { VerbHandler } from '../../handlers/resource-handler';
import type { ApiRequest, ApiResponse } from '../../http/messages';
import { admitConnection } from '../connect';
import type { ConnectKind } from '../connect-options';
import { forward } from './forward';
import { pageStages } from './page-stages';
import { pathOf, plainPathOf, prefixOf } from './proxy-path';
import { isForThisServer, requestHeaders, responseHeaders, rewriteLink } from './rewrite';
import type { FindTarget, ProxyTarget } from './target';

/**
 * `nodes/proxy`, `pods/proxy`, `services/proxy`: any method and any path of another server, with its answer as it comes, and connections that change their
 * protocol. Redirects and the links of pages lead through this server, where they lead to the same target.
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
  await proxyUpgrade({ request, ...upgraded }, { url, tls, headers, onAnswer: request.context.onUpgraded });
  response.emit('close');
}

interface Passing extends ProxyTarget {
  readonly prefix: string;
}

async function pass(request: ApiRequest, response: ApiResponse, { url, tls, prefix }: Passing): Promise<void> {
  const clientHost = String(request.headers.host ?? request.headers[':authority'] ?? '');
  const rewriting = { target: url, clientHost, prefix };
  const forwarding = {
    url,
    tls,
    headers: requestHeaders(request.headers, { clientAddress: addressOf(request), uri: request.url.split('?')[0] ?? '' }),
    answerHeaders: (headers: IncomingHttpHeaders) => responseHeaders(headers, rewriting),
    stagesOf: (answer: IncomingMessage) => pageStages(answer, request.method, (link) => rewriteLink(link, rewriting)),
  };
  await forward(request, response, forwarding).catch((error: Error) => {
    throw newServiceUnavailable(`error trying to reach service: ${error.message}`);
  });
}

function addressOf({ socket }: ApiRequest): string {
  return socket.remoteAddress ?? '';
}
