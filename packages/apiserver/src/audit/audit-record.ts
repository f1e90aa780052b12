import { encodeJson, type KubeObject, parseJson, type Status } from '@typekube/apimachinery';
import type { RequestContext, UserInfo } from '../chain/request-context';
import type { ApiRequest } from '../http/messages';
import { type AuditEvent, type AuditState, StageEvent } from './audit-event';
import { AuditedRequest, NOTHING } from './audited-request';
import { microNow } from './micro-time';
import type { AuditDecision, AuditLevel, AuditStage } from './policy';

const PATCH_PREFIX = 'patch.webhook.admission.k8s.io/';
const LEVELS: readonly AuditLevel[] = ['None', 'Metadata', 'Request', 'RequestResponse'];

const NOTHING_YET: AuditState = {
  object: NOTHING,
  annotations: [],
  status: undefined,
  requestJson: undefined,
  responseJson: undefined,
  impersonated: undefined,
  impersonationConstraint: undefined,
};

/** What is recorded of one request, gathered while it is served. */
export class AuditRecord {
  private state = NOTHING_YET;
  private readonly rank: number;
  private readonly request: AuditedRequest;
  private readonly context: RequestContext;
  /** Whether it is known how a long answer, or a connection that changes its protocol, has begun. */
  hasStarted = false;

  /** `user` is who has authenticated, before any impersonation; undefined if nobody has. */
  constructor(decision: AuditDecision, request: ApiRequest, user: UserInfo | undefined) {
    this.rank = LEVELS.indexOf(decision.level);
    this.request = new AuditedRequest(request, decision, user);
    this.context = request.context;
  }

  /** What has been said stands, as upstream: a webhook may have a name with which it could change what authorization has noted. */
  annotate(key: string, value: string): void {
    // What a webhook has patched is part of the object, which this level may not want to be seen.
    if (key.startsWith(PATCH_PREFIX) && this.rank < 2) return;
    const { annotations } = this.state;
    if (annotations.some((annotation) => annotation.key === key)) return;
    this.state = { ...this.state, annotations: [...annotations, { key, value }] };
  }

  /** The decoded body of a write, in the version that the client uses. Later changes of the object do not matter. */
  requestObject(object: object & { readonly metadata?: KubeObject['metadata'] }): void {
    const { name, namespace, uid, resourceVersion } = object.metadata ?? this.state.object;
    this.state = {
      ...this.state,
      object: { ...(name && { name }), ...(namespace && { namespace }), ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) },
      ...(this.rank >= 2 && { requestJson: this.withoutManagedFields(encodeJson(object)) }),
    };
  }

  /** The body of a patch, as the client has sent it. */
  requestPatch(patch: Buffer): void {
    if (this.rank >= 2) this.state = { ...this.state, requestJson: jsonOf(patch) };
  }

  /** Whether it wants to know what is answered. */
  get wantsResponse(): boolean {
    return this.rank >= 3;
  }

  /** The answer as JSON. */
  responseObject(json: Buffer): void {
    if (this.wantsResponse) this.state = { ...this.state, responseJson: this.withoutManagedFields(json.toString('utf8').trimEnd()) };
  }

  responseIs({ status, message, reason, details, code }: Status): void {
    this.state = { ...this.state, status: { status, ...(message && { message }), ...(reason && { reason }), ...(details && { details }), ...(code && { code }) } };
  }

  codeIs(code: number): void {
    this.state = { ...this.state, status: { ...this.state.status, code } };
  }

  /** The event of a stage, or undefined if the policy leaves it out. */
  event(stage: AuditStage, code?: number): AuditEvent | undefined {
    const { request, context } = this;
    if (code !== undefined) this.codeIs(code);
    if (request.decision.omitStages.has(stage)) return undefined;
    if (request.user && context.user !== request.user) {
      this.state = { ...this.state, impersonated: context.user, impersonationConstraint: context.impersonationConstraint };
    }
    return new StageEvent(request, stage, this.state, stage === 'RequestReceived' ? request.receivedAt : microNow());
  }

  private withoutManagedFields(json: string): string {
    if (!this.request.decision.omitManagedFields || !json.includes('"managedFields"')) return json;
    const value = parseJson(Buffer.from(json)) as MayHaveManagedFields & { items?: MayHaveManagedFields[]; rows?: { object?: MayHaveManagedFields }[] };
    const { items = [], rows = [] } = value;
    // Of objects, of lists, and of tables.
    for (const each of [value, ...items, ...rows.map(({ object }) => object)]) delete each?.metadata?.managedFields;
    return encodeJson(value);
  }
}

interface MayHaveManagedFields {
  metadata?: { managedFields?: unknown };
}

/** A patch may be YAML: what is no JSON is recorded as a text. */
function jsonOf(body: Buffer): string {
  try {
    return encodeJson(parseJson(body));
  } catch {
    return JSON.stringify(body.toString('utf8'));
  }
}
