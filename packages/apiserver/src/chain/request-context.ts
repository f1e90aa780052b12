import { randomUUID } from 'node:crypto';
import { newBadRequest } from '@typekube/apimachinery';
import type { AuditRecord } from '../audit/audit-record';
import type { TokenNotes } from '../authn/authenticator';
import type { LatencyLayer } from '../audit/latency';
import type { FlowHeaders } from '../flow-control/flow';
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
  /** Who the client really is, where it is taken for `user` because it asked so. */
  impersonatedBy?: UserInfo;
  /** The verb by which it may be so for certain requests only. */
  impersonationConstraint?: string | undefined;
  /** Sent as `Warning` headers with the answer, each once. */
  readonly warnings: Set<string>;
  /** What is recorded of the request; null if the policy wants nothing of it, undefined where nothing is audited. */
  audit?: AuditRecord | null;
  /** What authentication has to say to the audit event, which begins after it. */
  authenticationNotes?: TokenNotes['annotations'];
  /** How API priority and fairness has classified the request: told in its answer's head. */
  flow?: FlowHeaders;
  /** Of what the client has sent, and of the answer: -1 where they are not read or sent as a whole. */
  bodyBytes: number;
  answerBytes: number;
  /** Spent waiting for a turn and for webhooks: no fault of the server's. */
  waitedMs: number;
  /** The same by where it was, once there is some. */
  latencies?: Map<LatencyLayer, number>;
  /** Whether the server has ended it early to protect itself. */
  isTerminated: boolean;
  /** Run when a watch has sent its first events: what it costs from then on is counted otherwise. */
  onWatchStarted?: () => void;
  /** Told with which code a connection is answered that changes its protocol: node sends no head of an answer then. */
  onUpgraded?: (code: number) => void;
  /** Run once, when the answer is complete or its connection is gone: cheaper than a listener each. */
  readonly atEnd: (() => void)[];
}

export const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

const NO_QUERY = new URLSearchParams();

/** Reads what the request asks for. */
export const withRequestContext: Filter = (next) => (request, response) => {
  const url = originForm(request.url);
  // What routes by the URL must see the path that is authorised.
  request.url = url;
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
    bodyBytes: -1,
    answerBytes: -1,
    waitedMs: 0,
    isTerminated: false,
    atEnd,
  };
  response.on('close', () => {
    for (const end of atEnd) end();
  });
  if (info) return next(request, response);
  return sendStatus(request, response, newBadRequest('the path of the request has broken percent escapes').status);
};

/**
 * The path and query alone: a client may send the whole URL, as it would to a proxy. A `#` is part of the path, as for Go, and not the beginning of a
 * fragment: whatever parses the URL again must not cut there.
 */
function originForm(url: string): string {
  const path = url.startsWith('/') ? url : url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  const rooted = path.startsWith('/') || path === '*' ? path : `/${path}`;
  return rooted.includes('#') ? rooted.replaceAll('#', '%23') : rooted;
}

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
