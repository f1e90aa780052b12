import type { Status } from '@typekube/apimachinery';
import type { UserInfo } from '../chain/request-context';
import type { AuditedRequest } from './audited-request';
import { microTime } from './micro-time';
import type { AuditStage } from './policy';
import { userJson } from './user-json';

/** One event, as far as backends look at it. */
export interface AuditEvent {
  readonly stage: AuditStage;
  /** About how long its text is, without making it. */
  readonly chars: number;
  /** The event as JSON, without a line end. */
  readonly json: string;
  /** For the one-line format; made only where it is asked for. */
  summary(): AuditSummary;
  /** The same without the bodies of the request and its answer, and saying so; undefined where its level has none. */
  withoutObjects(): AuditEvent | undefined;
}

export interface AuditSummary {
  readonly receivedAt: Date;
  readonly auditId: string;
  readonly ip: string | undefined;
  readonly verb: string;
  readonly user: UserInfo | undefined;
  readonly impersonated: UserInfo | undefined;
  readonly userAgent: string;
  readonly namespace: string;
  readonly uri: string;
  readonly code: number | undefined;
}

export type ResponseStatus = Partial<Pick<Status, 'status' | 'message' | 'reason' | 'details' | 'code'>>;

/** What a body says of the object that a request is about. */
export interface ReferredObject {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export interface Annotation {
  readonly key: string;
  readonly value: string;
}

/** What is known of a request at one of its stages. Never changed: another takes its place. */
export interface AuditState {
  readonly object: ReferredObject;
  readonly annotations: readonly Annotation[];
  readonly status: ResponseStatus | undefined;
  readonly requestJson: string | undefined;
  readonly responseJson: string | undefined;
  readonly impersonated: UserInfo | undefined;
  readonly impersonationConstraint: string | undefined;
}

/** Upstream's mark of an event that was too large for its backend. */
const TRUNCATED: Annotation = { key: 'audit.k8s.io/truncated', value: 'true' };

/** What the parts that are not counted take. */
const ABOUT_CHARS = 512;

/** What has been recorded at a stage. Its text is made when a backend asks for it: the request does not wait for that. */
export class StageEvent implements AuditEvent {
  private text: string | undefined;

  constructor(
    private readonly request: AuditedRequest,
    readonly stage: AuditStage,
    private readonly state: AuditState,
    /** When, in milliseconds with fractions. */
    private readonly at: number,
  ) {}

  get chars(): number {
    const { requestJson, responseJson, annotations, status } = this.state;
    let chars = ABOUT_CHARS + this.request.chars + (requestJson?.length ?? 0) + (responseJson?.length ?? 0) + (status?.message?.length ?? 0);
    for (const { value } of annotations) chars += value.length;
    return chars;
  }

  /** Kept: each backend asks for it. */
  get json(): string {
    return (this.text ??= this.encode());
  }

  summary(): AuditSummary {
    const { info, auditId, receivedAt, sourceIps, user, userAgent, url } = this.request;
    const { impersonated, object, status } = this.state;
    return {
      receivedAt: new Date(receivedAt),
      auditId,
      ip: sourceIps[0],
      verb: info.verb,
      user,
      impersonated,
      userAgent,
      namespace: info.namespace || object.namespace || '',
      uri: url,
      code: status?.code,
    };
  }

  withoutObjects(): StageEvent | undefined {
    const { request, stage, state, at } = this;
    const { level } = request.decision;
    if (level !== 'Request' && level !== 'RequestResponse') return undefined;
    const annotations = [...state.annotations.filter(({ key }) => key !== TRUNCATED.key), TRUNCATED];
    return new StageEvent(request, stage, { ...state, annotations, requestJson: undefined, responseJson: undefined }, at);
  }

  /** From few parts that are joined once: a text that grows by `+=` is a tree for V8, and making a line of it takes longer than all else here. */
  private encode(): string {
    const { request, stage } = this;
    const { object, annotations, status, requestJson, responseJson, impersonated, impersonationConstraint } = this.state;
    const parts = [request.start, stage, request.head];
    if (impersonated) parts.push(',"impersonatedUser":', userJson(impersonated));
    if (impersonationConstraint) parts.push(',"authenticationMetadata":{"impersonationConstraint":"', impersonationConstraint, '"}');
    parts.push(request.origin, request.reference(object));
    if (status) parts.push(',"responseStatus":', statusJson(status));
    if (requestJson !== undefined) parts.push(',"requestObject":', requestJson);
    if (responseJson !== undefined) parts.push(',"responseObject":', responseJson);
    parts.push(request.received, microTime(this.at), annotationsJson(annotations));
    return parts.join('');
  }
}

/** Most answers say nothing but their code. */
function statusJson(status: ResponseStatus): string {
  const { code } = status;
  const isPlain = code !== undefined && status.status === undefined && status.message === undefined;
  return isPlain ? `{"metadata":{},"code":${code}}` : JSON.stringify({ metadata: {}, ...status });
}

/** In order of their names, as Go writes maps; with the end of the event. */
function annotationsJson(annotations: readonly Annotation[]): string {
  if (!annotations.length) return '"}';
  const sorted = [...annotations].sort((a, b) => (a.key < b.key ? -1 : 1));
  return `","annotations":{${sorted.map(({ key, value }) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}}`;
}
