import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import type { CallContext } from './call';
import { Equivalents } from './equivalents';
import type { Hook } from './hook';
import { HookSource } from './hook-source';
import { isExempt, type MatchContext } from './match';
import { ServiceResolver } from '../../service-routing/service-resolver';
import { WebhookClients } from './webhook-client';

export type WebhookContext = CallContext & MatchContext & Pick<AdmissionDependencies, 'authorizer'>;

export interface WebhookCalls {
  readonly handles: AdmissionPlugin['handles'];
  /** No promise where there are no webhooks. */
  readonly ask: (attributes: AdmissionAttributes) => void | Promise<void>;
}

/** What the two webhook plugins share: the webhooks of one kind of configuration, and what it takes to call them. */
export function webhookCalls(
  dependencies: AdmissionDependencies,
  configurations: 'mutatingwebhookconfigurations' | 'validatingwebhookconfigurations',
  dispatch: (hooks: readonly Hook[], attributes: AdmissionAttributes, context: WebhookContext) => Promise<void>,
): WebhookCalls {
  const source = new HookSource(dependencies.endpoints.resource('admissionregistration.k8s.io', configurations));
  const clients = new WebhookClients(new ServiceResolver(dependencies), dependencies.stopping);
  const { log, authorizer, metrics } = dependencies;
  const namespaces = dependencies.objects('', 'namespaces');
  const context = { clients, log, authorizer, metrics: metrics?.webhooks, namespaces, equivalents: new Equivalents(dependencies.endpoints) };
  return {
    handles: (target) => !isExempt(target),
    ask(attributes) {
      const { hooks } = source;
      if (hooks.length) return dispatch(hooks, attributes, context);
    },
  };
}
