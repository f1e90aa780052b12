import type { IncomingMessage } from 'node:http';
import { proxyUpgrade } from '@typekube/streaming';
import { reasonOf } from '../admission/webhooks/post-json';
import type { UserInfo } from '../chain/request-context';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { sendText } from '../http/respond';
import { forward, RefusedAnswer } from '../subresources/proxy/forward';
import { requestHeaders, responseHeaders } from '../subresources/proxy/rewrite';
import { ServiceError } from '../service-routing/service-resolver';
import type { ApiConnections, ApiTarget } from './api-connections';
import { identityHeaders, isIdentityHeader } from './identity-headers';
import type { RemoteApi } from './remote-api';

export interface ProxyApiOptions {
  readonly connections: ApiConnections;
  readonly stopping: AbortSignal;
  readonly rejectsRedirects: boolean;
  /** In whose name it is asked. Default: the client's. */
  readonly user?: UserInfo;
  readonly log: { error(message: string, error?: unknown): void };
}

const PLAIN = 'text/plain; charset=utf-8';

/**
 * Passes a request on to the server behind an API service, in the name of its client; watches and connections that change their protocol, too. What goes
 * wrong on the way is told in plain text, as upstream's aggregator does, so that clients can tell it from what the other server says.
 */
export async function proxyApi(api: RemoteApi, request: ApiRequest, response: ApiResponse, options: ProxyApiOptions): Promise<void> {
  const target = findTarget(api, options);
  if (!target) return sendText(request, response, 503, 'service unavailable\n', PLAIN);
  const { url } = target;
  const address = request.socket.remoteAddress ?? '';
  const forwarded = requestHeaders(request.headers, { clientAddress: address, uri: request.url.split('?', 1)[0] ?? '' });
  const own = Object.fromEntries(Object.entries(forwarded).filter(([name]) => !isIdentityHeader(name)));
  const headers = { ...own, host: url.host, ...mutable(identityHeaders(options.user ?? request.context.user)) };
  [url.pathname, url.search] = splitUrl(request.url);
  if (request.upgraded) return passUpgrade(request, response, target, headers);
  try {
    await forward(request, response, {
      ...target,
      headers,
      answerHeaders: (answered) => responseHeaders(answered, { target: url, clientHost: url.host, prefix: '' }),
      stopping: options.stopping,
      isAccepted: (answer) => !options.rejectsRedirects || !isRedirect(answer),
    });
  } catch (error) {
    if (error instanceof RefusedAnswer) return sendText(request, response, 502, REDIRECTED, PLAIN);
    options.log.error(`Error while proxying request to ${api.name}`, error);
    sendText(request, response, 503, `error trying to reach service: ${reasonOf(error as Error)}\n`, PLAIN);
  }
}

const REDIRECTED = 'the backend attempted to redirect this request, which is not permitted';

/** To follow it would be to show another server what is for this one. */
function isRedirect({ statusCode = 0, headers }: IncomingMessage): boolean {
  return statusCode >= 300 && statusCode <= 399 && headers.location !== undefined;
}

/** Undefined where nobody can be asked. */
function findTarget(api: RemoteApi, { connections, log }: ProxyApiOptions): ApiTarget | undefined {
  if (!api.isAvailable) return undefined;
  try {
    return connections.target(api);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    log.error(`error resolving ${api.service.namespace}/${api.service.name}`, error);
    return undefined;
  }
}

async function passUpgrade(request: ApiRequest, response: ApiResponse, { url, tls }: ApiTarget, headers: Record<string, string | string[]>): Promise<void> {
  const { upgraded } = request;
  if (!upgraded) return;
  response.detachSocket(upgraded.socket);
  // What of the client's headers is not passed on must be taken away: the others go as the client wrote them.
  const withheld = Object.keys(request.headers).filter((name) => !(name in headers) && !UPGRADE_HEADERS.has(name));
  const replaced = Object.fromEntries(Object.entries(headers).filter(([name]) => isIdentityHeader(name) || name === 'host' || name.startsWith('x-forwarded-')));
  const changed = { ...Object.fromEntries(withheld.map((name) => [name, undefined])), ...replaced };
  await proxyUpgrade({ request, ...upgraded }, { url, tls, headers: changed, onAnswer: request.context.onUpgraded });
  response.emit('close');
}

/** Of one connection as a rule, but they are what changes the protocol. */
const UPGRADE_HEADERS: ReadonlySet<string> = new Set(['connection', 'upgrade']);

function mutable(headers: Record<string, readonly string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, [...values]]));
}

/** As the client has written it: what was authorised is what is asked for. */
function splitUrl(url: string): [path: string, query: string] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark)];
}
