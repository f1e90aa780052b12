import type { IncomingHttpHeaders } from 'node:http';
import type { UserInfo } from '../chain/request-context';
import type { ApiRequest } from '../http/messages';
import type { RequestInfo } from '../http/request-info';
import type { ReferredObject } from './audit-event';
import { microTime } from './micro-time';
import type { AuditDecision } from './policy';
import { sourceIps } from './source-ips';
import { userJson } from './user-json';

const MAX_USER_AGENT = 1024;

/** What all events of a request say of it. Holds on to nothing of the request but what it says: events may wait long for their backend. */
export class AuditedRequest {
  readonly url: string;
  readonly info: RequestInfo;
  readonly auditId: string;
  readonly receivedAt: number;
  private readonly headers: IncomingHttpHeaders;
  /** Asked for while there is a connection. */
  private readonly remoteAddress: string | undefined;
  /** Parts of the text, made once: most requests have two events. */
  private readonly parts: { start?: string; head?: string; origin?: string; received?: string; reference?: string; referred?: ReferredObject } = {};

  constructor(
    request: ApiRequest,
    readonly decision: AuditDecision,
    /** Who has authenticated, before any impersonation; undefined if nobody has. */
    readonly user: UserInfo | undefined,
  ) {
    const { info, auditId, receivedAt } = request.context;
    this.url = request.url;
    this.info = info;
    this.auditId = auditId;
    this.receivedAt = receivedAt;
    this.headers = request.headers;
    this.remoteAddress = request.socket.remoteAddress;
  }

  get sourceIps(): string[] {
    return sourceIps(this.headers, this.remoteAddress);
  }

  get userAgent(): string {
    const agent = this.headers['user-agent'] ?? '';
    return agent.length > MAX_USER_AGENT ? `${agent.slice(0, MAX_USER_AGENT)}...TRUNCATED` : agent;
  }

  /** The text as far as the stage. */
  get start(): string {
    return (this.parts.start ??= `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"${this.decision.level}","auditID":"${this.auditId}","stage":"`);
  }

  /** From the stage to who is impersonated. */
  get head(): string {
    return (this.parts.head ??= this.encodeHead());
  }

  /** From who is impersonated to the reference. */
  get origin(): string {
    return (this.parts.origin ??= this.encodeOrigin());
  }

  /** What the request is about. */
  reference(object: ReferredObject): string {
    const { parts } = this;
    if (parts.reference === undefined || parts.referred !== object) {
      parts.referred = object;
      parts.reference = this.info.isResourceRequest ? referenceJson(this.info, object) : '';
    }
    return parts.reference;
  }

  /** From the objects to the time of the stage. */
  get received(): string {
    return (this.parts.received ??= `,"requestReceivedTimestamp":"${microTime(this.receivedAt)}","stageTimestamp":"`);
  }

  private encodeHead(): string {
    const { url, info, user } = this;
    return `","requestURI":${JSON.stringify(url)},"verb":"${info.verb}","user":${user ? userJson(user) : '{}'}`;
  }

  private encodeOrigin(): string {
    const { sourceIps: ips, userAgent } = this;
    return `${ips.length ? `,"sourceIPs":${JSON.stringify(ips)}` : ''}${userAgent ? `,"userAgent":${JSON.stringify(userAgent)}` : ''}`;
  }
}

function referenceJson({ resource, namespace, name, apiGroup, apiVersion, subresource }: RequestInfo, object: ReferredObject): string {
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
  return `,"objectRef":${JSON.stringify(reference)}`;
}
