import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import type { KubeObject } from '@typekube/apimachinery';
import type { AdmissionDependencies } from '../dependencies';
import type { ObjectSource } from '../object-source';
import { type CallContext, callHook } from './call';
import type { Hook } from './hook';
import { HookSource } from './hook-source';
import { isExempt, matchHook } from './match';
import { ServiceResolver } from './service-resolver';
import { WebhookClients } from './webhook-client';

/** Upstream's ValidatingAdmissionWebhook: asks the webhooks of all ValidatingWebhookConfigurations at once; the first refusal counts. */
export function validatingAdmissionWebhook(dependencies: AdmissionDependencies): AdmissionPlugin {
  const source = new HookSource(dependencies.endpoints.resource('admissionregistration.k8s.io', 'validatingwebhookconfigurations'));
  const clients = new WebhookClients(new ServiceResolver(dependencies), dependencies.stopping);
  const namespaces = dependencies.objects('', 'namespaces');
  const context = { clients, log: dependencies.log, namespaces };
  return {
    name: 'ValidatingAdmissionWebhook',
    handles: (target) => !isExempt(target),
    validate(attributes) {
      const { hooks } = source;
      if (hooks.length) return dispatch(hooks, attributes, context);
    },
  };
}

async function dispatch(
  hooks: readonly Hook[],
  attributes: AdmissionAttributes,
  context: CallContext & { readonly namespaces: ObjectSource<KubeObject> },
): Promise<void> {
  const matched = await Promise.all(hooks.map(async (hook) => ({ hook, version: await matchHook(hook, attributes, context.namespaces) })));
  const relevant = matched.flatMap(({ hook, version }) => (version === undefined ? [] : [{ hook, version }]));
  const results = await Promise.allSettled(
    relevant.map(async ({ hook, version }, index) => {
      const called = await callHook(hook, version, attributes, { ...context, mayPatch: false });
      if (!called) attributes.annotate(`failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`, hook.name);
    }),
  );
  const refused = results.find(({ status }) => status === 'rejected');
  if (refused?.status === 'rejected') throw refused.reason;
}
