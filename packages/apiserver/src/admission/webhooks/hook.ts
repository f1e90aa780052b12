import type { admissionregistrationv1 } from '@typekube/api';
import { type KubeObject, type Selector, selectorFromLabelSelector } from '@typekube/apimachinery';
import { compileConditions, type Condition } from '../policy/conditions';
import { CompiledRules } from './rules';

type Webhook = admissionregistrationv1.MutatingWebhook | admissionregistrationv1.ValidatingWebhook;

/** A configuration as the two kinds have it in common. */
export type WebhookConfiguration = KubeObject & { readonly webhooks?: readonly Webhook[] };

/** A webhook made ready once for all requests. */
export interface Hook {
  readonly name: string;
  readonly configuration: string;
  /** Names it among all: two of one configuration may have the same name. */
  readonly uid: string;
  readonly rules: CompiledRules;
  readonly namespaceSelector: Selector;
  readonly objectSelector: Selector;
  readonly matchesEquivalent: boolean;
  readonly ignoresFailure: boolean;
  readonly allowsDryRun: boolean;
  readonly reinvoked: boolean;
  readonly timeoutMs: number;
  readonly reviewVersions: readonly string[];
  readonly client: admissionregistrationv1.WebhookClientConfig;
  /** Compiled when a request first matches the rest. */
  readonly conditions: (() => readonly Condition[]) | undefined;
}

/** The webhooks of all configurations, in the order of their names. */
export function compileHooks(configurations: readonly WebhookConfiguration[]): Hook[] {
  const sorted = [...configurations].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  return sorted.flatMap(({ metadata, webhooks = [] }) => webhooks.map((webhook, i) => compileHook(metadata.name ?? '', webhook, i)));
}

function compileHook(configuration: string, webhook: Webhook, position: number): Hook {
  return {
    name: webhook.name,
    configuration,
    uid: `${configuration}/${webhook.name}/${position}`,
    rules: new CompiledRules(webhook.rules ?? []),
    namespaceSelector: selectorFromLabelSelector(webhook.namespaceSelector ?? {}),
    objectSelector: selectorFromLabelSelector(webhook.objectSelector ?? {}),
    matchesEquivalent: webhook.matchPolicy !== 'Exact',
    ignoresFailure: webhook.failurePolicy === 'Ignore',
    allowsDryRun: webhook.sideEffects === 'None' || webhook.sideEffects === 'NoneOnDryRun',
    reinvoked: 'reinvocationPolicy' in webhook && webhook.reinvocationPolicy === 'IfNeeded',
    timeoutMs: (webhook.timeoutSeconds ?? 10) * 1000,
    reviewVersions: webhook.admissionReviewVersions,
    client: webhook.clientConfig,
    conditions: webhook.matchConditions?.length ? once(() => compileConditions(webhook.matchConditions ?? [])) : undefined,
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
