import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { callHook } from './call';
import type { Hook } from './hook';
import { matchWebhook } from './match';
import { measured } from './measure';
import { webhookCalls, type WebhookContext } from './webhook-calls';

/** Upstream's ValidatingAdmissionWebhook: asks the webhooks of all ValidatingWebhookConfigurations at once; the first refusal counts. */
export function validatingAdmissionWebhook(dependencies: AdmissionDependencies): AdmissionPlugin {
  const { handles, ask } = webhookCalls(dependencies, 'validatingwebhookconfigurations', dispatch);
  return { name: 'ValidatingAdmissionWebhook', handles, validate: ask };
}

async function dispatch(hooks: readonly Hook[], attributes: AdmissionAttributes, context: WebhookContext): Promise<void> {
  const matched = await Promise.all(hooks.map(async (hook) => ({ hook, form: await matchWebhook(hook, attributes, context) })));
  const relevant = matched.flatMap(({ hook, form }) => (form === undefined ? [] : [{ hook, form }]));
  const started = performance.now();
  const results = await Promise.allSettled(
    relevant.map(async ({ hook, form }, index) => {
      const { metrics } = context;
      const called = await measured({ hook, type: 'validating', attributes, metrics }, (report) => {
        return callHook(hook, form, attributes, { ...context, mayPatch: false, report });
      });
      if (!called) attributes.annotate(`failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`, hook.name);
    }),
  );
  attributes.waited('validating-webhook', performance.now() - started);
  attributes.checkTime();
  const refused = results.find(({ status }) => status === 'rejected');
  if (refused?.status === 'rejected') throw refused.reason;
}
