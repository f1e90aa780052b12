import { randomUUID } from 'node:crypto';
import { newBadRequest } from '@typekube/apimachinery';
import { parseRequestInfo, type RequestInfo } from '../http/request-info';
import { sendStatus } from '../http/respond';
import type { ApiRequest } from '../http/messages';
import type { Filter } from './filter';

export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What the filters of the chain learn about a request, for those further in. */
export interface RequestContext {
  readonly info: RequestInfo;
  readonly query: URLSearchParams;
  readonly receivedAt: number;
  /** Names the request in the log and in the answer's `Audit-Id`. */
  readonly auditId: string;
  /** The client, once authenticated. */
  user: UserInfo;
  /** Sent as `Warning` headers with the answer, each once. */
  readonly warnings: Set<string>;
  /** Notes for the audit event; there is a map only where somebody has left one. */
  auditAnnotations?: Map<string, string>;
  /** Run once, when the answer is complete or its connection is gone: cheaper than a listener each. */
  readonly atEnd: (() => void)[];
}

export const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

const NO_QUERY = new URLSearchParams();

/** Reads what the request asks for. */
export const withRequestContext: Filter = (next) => (request, response) => {
  const { url } = request;
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? NO_QUERY : new URLSearchParams(url.slice(mark + 1));
  const info = readInfo(request.method, path, query);
  const atEnd: (() => void)[] = [];
  request.context = {
    info: info ?? parseRequestInfo(request.method, '/', query),
    query,
    receivedAt: Date.now(),
    auditId: auditId(request),
    user: ANONYMOUS,
    warnings: new Set(),
    atEnd,
  };
  response.on('close', () => {
    for (const end of atEnd) end();
  });
  if (info) return next(request, response);
  return sendStatus(request, response, newBadRequest('the path of the request has broken percent escapes').status);
};

function readInfo(method: string, path: string, query: URLSearchParams): RequestInfo | undefined {
  try {
    return parseRequestInfo(method, path, query);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** A client may name its request itself; anything that would be no good in a log is replaced. */
function auditId({ headers }: ApiRequest): string {
  const given = headers['audit-id'];
  return typeof given === 'string' && /^[\w-]{1,64}$/.test(given) ? given : randomUUID();
}
