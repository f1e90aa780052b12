import { encodeJson, formatTime, type KubeObject, parseJson, type Status } from '@typekube/apimachinery';
import type { UserInfo } from '../chain/request-context';
import type { ApiRequest } from '../http/messages';
import type { AuditDecision, AuditLevel, AuditStage } from './policy';
import { sourceIps } from './source-ips';

/** One event, as far as backends look at it. */
export interface AuditEvent {
  readonly stage: AuditStage;
  /** The event as JSON, without a line end. */
  readonly json: string;
  /** For the one-line format; made only where it is asked for. */
  summary(): AuditSummary;
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

const MAX_USER_AGENT = 1024;
const PATCH_PREFIX = 'patch.webhook.admission.k8s.io/';
const LEVELS: readonly AuditLevel[] = ['None', 'Metadata', 'Request', 'RequestResponse'];

type ResponseStatus = Partial<Pick<Status, 'status' | 'message' | 'reason' | 'details' | 'code'>>;

/** What is recorded of one request, gathered while it is served. */
export class AuditRecord {
  private readonly annotations: Record<string, string> = {};
  private readonly rank: number;
  private object: { name?: string; namespace?: string; uid?: string; resourceVersion?: string } = {};
  private requestJson: string | undefined;
  private responseJson: string | undefined;
  private responseStatus: ResponseStatus | undefined;
  /** What all events of the request have in common: most have two. */
  private head: string | undefined;
  private origin: string | undefined;
  private reference: string | undefined;
  private receivedAt: string | undefined;
  /** Whether the start of a long answer has been recorded. */
  hasStarted = false;

  constructor(
    readonly decision: AuditDecision,
    private readonly request: ApiRequest,
    /** Who has authenticated, before any impersonation; undefined if nobody has. */
    private readonly user: UserInfo | undefined,
  ) {
    this.rank = LEVELS.indexOf(decision.level);
  }

  annotate(key: string, value: string): void {
    // What a webhook has patched is part of the object, which this level may not want to be seen.
    if (key.startsWith(PATCH_PREFIX) && this.rank < 2) return;
    this.annotations[key] = value;
  }

  /** The decoded body of a write, in the version that the client uses. Later changes of the object do not matter. */
  requestObject(object: object & { readonly metadata?: KubeObject['metadata'] }): void {
    if (object.metadata) this.object = object.metadata;
    this.reference = undefined;
    if (this.rank >= 2) this.requestJson = this.withoutManagedFields(encodeJson(object));
    const { name, namespace, uid, resourceVersion } = this.object;
    this.object = { ...(name && { name }), ...(namespace && { namespace }), ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
  }

  /** The body of a patch, as the client has sent it. */
  requestPatch(patch: Buffer): void {
    if (this.rank >= 2) this.requestJson = jsonOf(patch);
  }

  /** Something that the answer's own status does not say. */
  message(text: string): void {
    this.responseStatus = { ...this.responseStatus, message: text };
  }

  get hasStatus(): boolean {
    return this.responseStatus !== undefined;
  }

  /** Whether it wants to know what is answered. */
  get wantsResponse(): boolean {
    return this.rank >= 3;
  }

  /** The answer as JSON. */
  responseObject(json: Buffer): void {
    if (this.wantsResponse) this.responseJson = this.withoutManagedFields(json.toString('utf8').trimEnd());
  }

  responseIs({ status, message, reason, details, code }: Status): void {
    this.responseStatus = { status, ...(message && { message }), ...(reason && { reason }), ...(details && { details }), ...(code && { code }) };
  }

  /** The event of a stage, or undefined if the policy leaves it out. */
  event(stage: AuditStage, code?: number): AuditEvent | undefined {
    if (code !== undefined) this.responseStatus = { ...this.responseStatus, code };
    if (this.decision.omitStages.has(stage)) return undefined;
    return { stage, json: this.encode(stage), summary: () => this.summary() };
  }

  /** From parts that are joined once: a text that grows by `+=` is a tree for V8, and making a line of it takes longer than all else here. */
  private encode(stage: AuditStage): string {
    const { request, decision, responseStatus } = this;
    const { info, auditId, receivedAt, impersonationConstraint: constraint } = request.context;
    this.receivedAt ??= microTime(receivedAt, 0);
    const parts = ['{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"', decision.level, '","auditID":"', auditId, '","stage":"', stage, '",', (this.head ??= this.encodeHead())];
    if (this.impersonated) parts.push(',"impersonatedUser":', userJson(this.impersonated));
    if (constraint) parts.push(',"authenticationMetadata":{"impersonationConstraint":"', constraint, '"}');
    parts.push((this.origin ??= this.encodeOrigin()));
    if (info.isResourceRequest) parts.push(',"objectRef":', (this.reference ??= this.objectRef()));
    if (responseStatus) parts.push(',"responseStatus":', statusJson(responseStatus));
    if (this.requestJson !== undefined) parts.push(',"requestObject":', this.requestJson);
    if (this.responseJson !== undefined) parts.push(',"responseObject":', this.responseJson);
    parts.push(',"requestReceivedTimestamp":"', this.receivedAt, '","stageTimestamp":"', microTimeNow(), '"', annotationsJson(this.annotations), '}');
    return parts.join('');
  }

  private encodeHead(): string {
    const { request, user } = this;
    return ['"requestURI":', JSON.stringify(request.url), ',"verb":"', request.context.info.verb, '","user":', user ? userJson(user) : '{}'].join('');
  }

  private encodeOrigin(): string {
    const ips = sourceIps(this.request);
    const { userAgent } = this;
    return [...(ips.length ? [',"sourceIPs":', JSON.stringify(ips)] : []), ...(userAgent ? [',"userAgent":', JSON.stringify(userAgent)] : [])].join('');
  }

  private objectRef(): string {
    const { resource, namespace, name, apiGroup, apiVersion, subresource } = this.request.context.info;
    const { uid, resourceVersion } = this.object;
    return JSON.stringify({
      resource,
      namespace: namespace || this.object.namespace || undefined,
      name: name || this.object.name || undefined,
      uid,
      apiGroup: apiGroup || undefined,
      apiVersion,
      resourceVersion,
      subresource: subresource || undefined,
    });
  }

  private summary(): AuditSummary {
    const { request, user } = this;
    const { info, auditId, receivedAt } = request.context;
    return {
      receivedAt: new Date(receivedAt),
      auditId,
      ip: sourceIps(request)[0],
      verb: info.verb,
      user,
      impersonated: this.impersonated,
      userAgent: this.userAgent,
      namespace: info.namespace || this.object.namespace || '',
      uri: request.url,
      code: this.responseStatus?.code,
    };
  }

  private get impersonated(): UserInfo | undefined {
    const { user } = this.request.context;
    return this.user && user !== this.user ? user : undefined;
  }

  private get userAgent(): string {
    const agent = this.request.headers['user-agent'] ?? '';
    return agent.length > MAX_USER_AGENT ? `${agent.slice(0, MAX_USER_AGENT)}...TRUNCATED` : agent;
  }

  private withoutManagedFields(json: string): string {
    if (!this.decision.omitManagedFields || !json.includes('"managedFields"')) return json;
    const value = parseJson(Buffer.from(json)) as { metadata?: { managedFields?: unknown }; items?: { metadata?: { managedFields?: unknown } }[] };
    for (const each of [value, ...(value.items ?? [])]) delete each.metadata?.managedFields;
    return encodeJson(value);
  }
}

/** Most answers say nothing but their code. */
function statusJson(status: ResponseStatus): string {
  const { code } = status;
  const isPlain = code !== undefined && status.status === undefined && status.message === undefined;
  return isPlain ? `{"metadata":{},"code":${code}}` : JSON.stringify({ metadata: {}, ...status });
}

/** In order of their names, as Go writes maps. */
function annotationsJson(annotations: Readonly<Record<string, string>>): string {
  const names = Object.keys(annotations);
  if (!names.length) return '';
  return `,"annotations":{${names.sort().map((name) => `${JSON.stringify(name)}:${JSON.stringify(annotations[name])}`).join(',')}}`;
}

/** A patch may be YAML: what is no JSON is recorded as a text. */
function jsonOf(body: Buffer): string {
  try {
    return encodeJson(parseJson(body));
  } catch {
    return JSON.stringify(body.toString('utf8'));
  }
}

/** Authenticators hand out the same user again and again. */
const userJsons = new WeakMap<UserInfo, string>();

function userJson(user: UserInfo): string {
  let json = userJsons.get(user);
  if (!json) {
    const { name, uid, groups, extra } = user;
    json = JSON.stringify({ username: name, uid: uid || undefined, groups: groups.length ? groups : undefined, extra });
    userJsons.set(user, json);
  }
  return json;
}

function microTimeNow(): string {
  const now = performance.timeOrigin + performance.now();
  const milliseconds = Math.floor(now);
  return microTime(milliseconds, Math.floor((now - milliseconds) * 1000));
}

/** The second of the last time that was formatted: there are many events in one. */
let lastSecond = NaN;
let secondText = '';

function microTime(milliseconds: number, micros: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    secondText = formatTime(new Date(second * 1000)).slice(0, -1);
  }
  return `${secondText}.${String((milliseconds - second * 1000) * 1000 + micros).padStart(6, '0')}Z`;
}
