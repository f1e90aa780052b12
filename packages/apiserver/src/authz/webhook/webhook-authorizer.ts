import type { FieldRequirement, Requirement } from '@typekube/apimachinery';
import { BoundedMap } from '../../cache/bounded-map';
import type { AuthorizationAttributes, Authorizer, Decision, RuleList } from '../authorizer';
import { compileConditions } from './conditions';
import type { WebhookSettings } from '../configuration';
import { AnswerTimeoutError } from '../../http/outbound';
import type { Clock } from '@typekube/component-base';
import { withRetries } from '../../webhook-target/retries';
import type { WebhookConnection } from '../../webhook-target/webhook-connection';
import { secondsSince } from '../../chain/seconds-since';
import type { OnWebhook } from './metrics';

export interface WebhookOptions extends WebhookSettings {
  /** As metrics tell of it. */
  readonly name: string;
  readonly connection: WebhookConnection;
  readonly clock: Clock;
  readonly onWebhook?: OnWebhook | undefined;
  readonly log: { error(message: string, error?: unknown): void };
}

/** As upstream: answers to long questions are not kept, and no more than so many others. */
const MAX_KEPT = 8192;
const MAX_KEY = 10_000;

/** Mode `Webhook`: asks somebody else with a SubjectAccessReview, and believes the answer for a while. */
export class WebhookAuthorizer implements Authorizer {
  private readonly kept = new BoundedMap<string, Decision>(MAX_KEPT);

  private readonly meetsConditions: ReturnType<typeof compileConditions> | undefined;

  constructor(private readonly options: WebhookOptions) {
    const { matchConditions = [] } = options;
    this.meetsConditions = matchConditions.length ? compileConditions(matchConditions) : undefined;
  }

  authorize(attributes: AuthorizationAttributes): Decision | Promise<Decision> {
    const spec = specOf(attributes);
    const isMet = this.meetsConditions?.(spec) ?? true;
    if (isMet instanceof Error) return { decision: this.options.failurePolicy, reason: '', error: isMet.message };
    if (!isMet) return { decision: 'NoOpinion', reason: '' };
    const key = JSON.stringify(spec);
    return this.kept.get(key) ?? this.ask(spec, key);
  }

  rulesFor(): RuleList {
    return { resourceRules: [], nonResourceRules: [], errors: ['webhook authorizer does not support user rule resolution'], incomplete: true };
  }

  private async ask(spec: object, key: string): Promise<Decision> {
    const { name, version, authorizedTtl, unauthorizedTtl, failurePolicy, onWebhook, log } = this.options;
    const started = performance.now();
    try {
      const review = { apiVersion: `authorization.k8s.io/${version}`, kind: 'SubjectAccessReview', metadata: {}, spec: inVersion(spec, version) };
      const decision = decisionOf(await this.post(review));
      onWebhook?.(name, 'success', secondsSince(started), false);
      if (key.length < MAX_KEY) this.kept.set(key, decision, decision.decision === 'Allow' ? authorizedTtl : unauthorizedTtl);
      return decision;
    } catch (error) {
      onWebhook?.(name, error instanceof AnswerTimeoutError ? 'timeout' : 'error', secondsSince(started), failurePolicy === 'NoOpinion');
      log.error('Failed to make webhook authorizer request', error);
      const why = error instanceof Error ? error.message : String(error);
      return { decision: failurePolicy, reason: '', error: why };
    }
  }

  private async post(review: object): Promise<unknown> {
    const { connection, clock } = this.options;
    const body = JSON.stringify(review);
    const answer: unknown = JSON.parse(await withRetries(() => connection.post(body), { clock }));
    return answer;
  }
}

function decisionOf(answer: unknown): Decision {
  const status = typeof answer === 'object' && answer !== null && 'status' in answer ? answer.status : undefined;
  if (typeof status !== 'object' || status === null) throw new Error('the answer of the webhook has no status');
  const reason = 'reason' in status && typeof status.reason === 'string' ? status.reason : '';
  const isAllowed = flag(status, 'allowed');
  if (!flag(status, 'denied')) return { decision: isAllowed ? 'Allow' : 'NoOpinion', reason };
  // A denial stands whatever else is said, also against the authorizers that come after.
  return { decision: 'Deny', reason, ...(isAllowed && { error: 'webhook subject access review returned both allow and deny response' }) };
}

/** What is left out is false; what is neither true nor false makes the answer one that cannot be read. */
function flag(status: object, name: 'allowed' | 'denied'): boolean {
  const value: unknown = (status as Readonly<Record<string, unknown>>)[name] ?? false;
  if (typeof value !== 'boolean') throw new Error(`the answer of the webhook has a status whose ${name} is neither true nor false`);
  return value;
}

function specOf(attributes: AuthorizationAttributes): Readonly<Record<string, unknown>> {
  const { user, isResourceRequest, path, verb, apiGroup, apiVersion, namespace, resource, subresource, name } = attributes;
  const { uid, groups, extra } = user;
  const who = { user: user.name, ...(groups.length && { groups }), ...(uid && { uid }), ...(extra && { extra }) };
  if (!isResourceRequest) return { ...who, nonResourceAttributes: { path, verb } };
  const { fieldSelector, labelSelector } = attributes;
  return {
    ...who,
    resourceAttributes: {
      ...(namespace && { namespace }),
      verb,
      ...(apiGroup && { group: apiGroup }),
      ...(apiVersion && { version: apiVersion }),
      resource,
      ...(subresource && { subresource }),
      ...(name && { name }),
      ...(fieldSelector && { fieldSelector: { requirements: fieldSelector.map(fieldRequirement) } }),
      ...(labelSelector && { labelSelector: { requirements: labelSelector.flatMap(labelRequirement) } }),
    },
  };
}

function fieldRequirement({ field, operator, value }: FieldRequirement): object {
  return { key: field, operator: operator === '=' ? 'In' : 'NotIn', values: [value] };
}

/** A webhook knows no comparison of numbers: without it, more is asked for. */
function labelRequirement({ key, operator, values }: Requirement): object[] {
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return [{ key, operator: 'In', values }];
    case '!=':
    case 'notin':
      return [{ key, operator: 'NotIn', values }];
    case 'exists':
      return [{ key, operator: 'Exists' }];
    case '!':
      return [{ key, operator: 'DoesNotExist' }];
    default:
      return [];
  }
}

/** v1beta1 calls the groups `group`. */
function inVersion(spec: object, version: WebhookSettings['version']): object {
  if (version === 'v1' || !('groups' in spec)) return spec;
  const { groups, ...rest } = spec;
  return { ...rest, group: groups };
}
