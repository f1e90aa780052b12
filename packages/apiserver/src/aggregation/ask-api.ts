import { reasonOf } from '../admission/webhooks/post-json';
import type { UserInfo } from '../chain/request-context';
import { type OutboundAnswer, send } from '../http/outbound';
import type { ApiConnections, ApiTarget } from './api-connections';
import { identityHeaders } from './identity-headers';
import { pathOfApi, type RemoteApi } from './remote-api';

/** Who asks where no client does: the aggregator itself, which may read everything. */
export const AGGREGATOR: UserInfo = { name: 'system:kube-aggregator', groups: ['system:masters'] };

const TIMEOUT_MS = 5_000;
/** Attempts at once, each perhaps at another server behind the service: one that answers is enough. */
const ATTEMPTS = 5;
/** OpenAPI documents of extension API servers are large. */
const MAX_BYTES = 32 * 1024 * 1024;

export interface Question {
  readonly path: string;
  readonly accept: string;
  /** The ETag of what is known. */
  readonly known?: string | undefined;
  readonly signal: AbortSignal;
}

/** Asks an extension API server on this server's own behalf. Rejects where there is no answer in time; fails with a ServiceError where nobody is there. */
export async function askApi(connections: ApiConnections, api: RemoteApi, question: Question): Promise<OutboundAnswer> {
  return request(connections.target(api), question);
}

/** Looks whether a group version is served at all. Rejects with upstream's texts where it is not. */
export async function checkApi(connections: ApiConnections, api: RemoteApi, stopping: AbortSignal): Promise<void> {
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, stopping]);
  const attempts = Array.from({ length: ATTEMPTS }, () => attempt(connections, api, signal));
  try {
    await Promise.any(attempts);
  } catch (error) {
    throw (error as AggregateError).errors[ATTEMPTS - 1];
  } finally {
    done.abort();
  }
}

async function attempt(connections: ApiConnections, api: RemoteApi, signal: AbortSignal): Promise<void> {
  const target = connections.uncheckedTarget(api);
  const path = pathOfApi(api);
  const url = `${target.url.origin}${path}`;
  const failure = `failing or missing response from ${url}: `;
  let status: number;
  try {
    ({ status } = await request(target, { path, accept: 'application/json', signal }));
  } catch (error) {
    const cause = error as Error & { readonly cause?: Error };
    const why = cause.cause?.name === 'AbortError' ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)' : reasonOf(cause);
    throw new Error(`${failure}Get ${JSON.stringify(url)}: ${why}`, { cause: error });
  }
  if (status < 200 || status >= 300) throw new Error(`${failure}bad status from ${url}: ${status}`);
}

function request({ url, tls, ...kept }: Omit<ApiTarget, 'agent'> & Partial<Pick<ApiTarget, 'agent'>>, { path, accept, known, signal }: Question): Promise<OutboundAnswer> {
  const identity = Object.fromEntries(Object.entries(identityHeaders(AGGREGATOR)).map(([name, values]) => [name, [...values]]));
  return send({
    url: `${url.origin}${path}`,
    headers: { ...identity, accept, ...(known !== undefined && { 'if-none-match': known }) },
    tls,
    ...(kept.agent && { agent: kept.agent }),
    timeoutMilliseconds: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    signal,
  });
}
