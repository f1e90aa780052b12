import type { MetricsRegistry } from '@typekube/component-base';

/** How a question to a webhook has ended. */
export type WebhookResult = 'success' | 'error' | 'timeout';

/** Told of each question to the webhook of that name, and whether a failure let the request go on to the next authorizer. */
export type OnWebhook = (name: string, result: WebhookResult, seconds: number, failsOpen: boolean) => void;

const LABELS = ['name', 'result'];

/** Counts questions to webhooks that authorize, with upstream's names. */
export function webhookMetrics(registry: MetricsRegistry): OnWebhook {
  const evaluations = registry.counter({
    name: 'apiserver_authorization_webhook_evaluations_total',
    help: 'Round-trips to authorization webhooks.',
    labelNames: LABELS,
  });
  const duration = registry.histogram({
    name: 'apiserver_authorization_webhook_duration_seconds',
    help: 'Request latency in seconds.',
    labelNames: LABELS,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const open = registry.counter({
    name: 'apiserver_authorization_webhook_evaluations_fail_open_total',
    help: 'NoOpinion results due to webhook timeout or error.',
    labelNames: LABELS,
  });
  return (name, result, seconds, failsOpen) => {
    evaluations.inc({ name, result });
    duration.observe({ name, result }, seconds);
    if (failsOpen) open.inc({ name, result });
  };
}
