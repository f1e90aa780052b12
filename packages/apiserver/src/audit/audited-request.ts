import type { RequestContext, UserInfo } from '../chain/request-context';
import type { ApiRequest } from '../http/messages';
import type { RequestInfo } from '../http/request-info';
import type { ReferredObject } from './audit-event';
import { microTime } from './micro-time';
import type { AuditDecision } from './policy';
import { sourceIps } from './source-ips';
import { userJson } from './user-json';

const MAX_USER_AGENT = 1024;
/** What is known of an object before there is a body. */
export const NOTHING: ReferredObject = {};

/** What is read of a request when it comes. */
export interface RequestToAudit extends Pick<ApiRequest, 'url' | 'headers'> {
  readonly socket: Pick<ApiRequest['socket'], 'remoteAddress'>;
  readonly context: Pick<RequestContext, 'info' | 'auditId' | 'receivedAt'>;
}

/**
 * What all events of a request say of it, and the parts of their texts that have it: made at once, as its strings are at hand now and would have to
 * be fetched from memory later. Holds on to nothing of the request but what it says: events may wait long for their backend.
 */
export class AuditedRequest {
  readonly url: string;
  readonly info: RequestInfo;
  readonly auditId: string;
  readonly receivedAt: number;
  readonly sourceIps: readonly string[];
  readonly userAgent: string;
  /** The text as far as the stage. */
  readonly start: string;
  /** From the stage to who is impersonated. */
  readonly head: string;
  /** From who is impersonated to the reference. */
  readonly origin: string;
  /** From the objects to the time of the stage. */
  readonly received: string;
  private referred: ReferredObject = NOTHING;
  private referenceText: string;

  constructor(
    request: RequestToAudit,
    readonly decision: AuditDecision,
    /** Who has authenticated, before any impersonation; undefined if nobody has. */
    readonly user: UserInfo | undefined,
  ) {
    const { url, headers, socket } = request;
    const { info, auditId, receivedAt } = request.context;
    this.url = url;
    this.info = info;
    this.auditId = auditId;
    this.receivedAt = receivedAt;
    this.sourceIps = sourceIps(headers, socket.remoteAddress);
    this.userAgent = truncated(headers['user-agent'] ?? '');
    this.start = ['{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"', decision.level, '","auditID":"', auditId, '","stage":"'].join('');
    this.head = ['","requestURI":', JSON.stringify(url), ',"verb":"', info.verb, '","user":', user ? userJson(user) : '{}'].join('');
    this.origin = originJson(this.sourceIps, this.userAgent);
    this.received = [',"requestReceivedTimestamp":"', microTime(receivedAt), '","stageTimestamp":"'].join('');
    this.referenceText = referenceJson(info, this.referred);
  }

  /** How long the parts are: a client may send a URL and headers of many thousand characters. */
  get chars(): number {
    return this.start.length + this.head.length + this.origin.length + this.referenceText.length + this.received.length;
  }

  /** What the request is about. */
  reference(object: ReferredObject): string {
    if (this.referred !== object) {
      this.referred = object;
      this.referenceText = referenceJson(this.info, object);
    }
    return this.referenceText;
  }
}

function truncated(agent: string): string {
  return agent.length > MAX_USER_AGENT ? `${agent.slice(0, MAX_USER_AGENT)}...TRUNCATED` : agent;
}

function originJson(ips: readonly string[], userAgent: string): string {
  return [...(ips.length ? [',"sourceIPs":', JSON.stringify(ips)] : []), ...(userAgent ? [',"userAgent":', JSON.stringify(userAgent)] : [])].join('');
}

function referenceJson(info: RequestInfo, object: ReferredObject): string {
  if (!info.isResourceRequest) return '';
  const { resource, namespace, name, apiGroup, apiVersion, subresource } = info;
  const reference = {
    resource,
    namespace: namespace || object.namespace || undefined,
    name: name || object.name || undefined,
    uid: object.uid,
    apiGroup: apiGroup || undefined,
    apiVersion,
    resourceVersion: object.resourceVersion,
    subresource: subresource || undefined,
  };
  return [',"objectRef":', JSON.stringify(reference)].join('');
}
