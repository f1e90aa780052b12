import type { AdmissionAttributes } from '../admission';
import type { Hook } from './hook';
import type { CallResult, WebhookMetrics, WebhookType } from './metrics';

/** Told how a call has ended, where that is no success. */
export type Report = (result: CallResult) => void;

export interface Measured {
  readonly hook: Hook;
  readonly type: WebhookType;
  readonly attributes: AdmissionAttributes;
  readonly metrics: WebhookMetrics | undefined;
}

/** Times one call and counts how it has ended. What throws without a report is no fault of the webhook's answer as such. */
export async function measured<T>({ hook: { name }, type, attributes, metrics }: Measured, call: (report: Report) => Promise<T>): Promise<T> {
  const started = performance.now();
  let result: CallResult | undefined;
  const end = (otherwise: CallResult): void => {
    const milliseconds = performance.now() - started;
    // Webhooks that validate are asked at once: the time of all of them is counted once.
    if (type === 'admit') attributes.waited('mutating-webhook', milliseconds);
    metrics?.called({ name, type, operation: attributes.operation }, result ?? otherwise, milliseconds / 1000);
  };
  try {
    const value = await call((reported) => (result = reported));
    end({ at: 'allowed' });
    return value;
  } catch (error) {
    end({ at: 'unusable' });
    throw error;
  }
}
