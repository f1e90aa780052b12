import type { CountedHistogram, MetricsRegistry } from '@typekube/component-base';

/** The two kinds of webhooks as upstream's metrics call them. */
export type WebhookType = 'admit' | 'validating';

export interface WebhookCall {
  readonly name: string;
  readonly type: WebhookType;
  readonly operation: string;
}

/** How asking a webhook has ended. */
export type CallResult =
  | { readonly at: 'allowed' }
  /** It has refused, with that code. */
  | { readonly at: 'refused'; readonly code: number }
  /** It could not be asked; `code` says what would be answered, `ignored` whether the write goes on all the same. */
  | { readonly at: 'failed'; readonly code: number; readonly ignored: boolean }
  /** It was not asked, or what it has answered could not be used. */
  | { readonly at: 'unusable' };

const BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25];

/** Codes above are all counted as this one. */
const MAX_CODE = 600;

/** Metrics of admission webhooks with upstream's names and labels. */
export class WebhookMetrics {
  private readonly durations: CountedHistogram<'name' | 'type' | 'operation' | 'rejected'>;
  private readonly countRequest: (labels: WebhookCall & { readonly code: string; readonly rejected: string }) => void;
  private readonly countRejection: (labels: WebhookCall & { readonly error_type: string; readonly rejection_code: string }) => void;
  private readonly countFailOpen: (labels: { readonly name: string; readonly type: WebhookType }) => void;

  constructor(registry: MetricsRegistry) {
    this.durations = registry.countedHistogram({
      name: 'apiserver_admission_webhook_admission_duration_seconds',
      help: 'Admission webhook latency histogram in seconds, identified by name and broken out for each operation and API resource and type (validate or admit).',
      labelNames: ['name', 'type', 'operation', 'rejected'],
      buckets: BUCKETS,
      stability: 'STABLE',
    });
    const requests = registry.counter({
      name: 'apiserver_admission_webhook_request_total',
      help: 'Admission webhook request total, identified by name and broken out for each admission type (validating or admit) and operation. Additional labels specify whether the request was rejected or not and an HTTP status code. Codes greater than 600 are truncated to 600, to keep the metrics cardinality bounded.',
      labelNames: ['name', 'type', 'operation', 'code', 'rejected'],
    });
    const rejections = registry.counter({
      name: 'apiserver_admission_webhook_rejection_count',
      help: 'Admission webhook rejection count, identified by name and broken out for each admission type (validating or admit) and operation. Additional labels specify an error type (calling_webhook_error or apiserver_internal_error if an error occurred; no_error otherwise) and optionally a non-zero rejection code if the webhook rejects the request with an HTTP status code (honored by the apiserver when the code is greater or equal to 400). Codes greater than 600 are truncated to 600, to keep the metrics cardinality bounded.',
      labelNames: ['name', 'type', 'operation', 'error_type', 'rejection_code'],
    });
    const failOpen = registry.counter({
      name: 'apiserver_admission_webhook_fail_open_count',
      help: 'Admission webhook fail open count, identified by name and broken out for each admission type (validating or admit).',
      labelNames: ['name', 'type'],
    });
    this.countRequest = (labels) => requests.inc(labels);
    this.countRejection = (labels) => rejections.inc(labels);
    this.countFailOpen = (labels) => failOpen.inc(labels);
  }

  called({ name, type, operation }: WebhookCall, result: CallResult, seconds: number): void {
    const isRejected = result.at !== 'allowed' && !(result.at === 'failed' && result.ignored);
    const rejected = String(isRejected);
    this.durations.labels({ name, type, operation, rejected }).observe(seconds);
    this.countRequest({ name, type, operation, rejected, code: codeOf(result, 200) });
    if (isRejected) this.countRejection({ name, type, operation, error_type: ERROR_TYPES[result.at], rejection_code: codeOf(result, 0) });
    else if (result.at === 'failed') this.countFailOpen({ name, type });
  }
}

const ERROR_TYPES = { refused: 'no_error', failed: 'calling_webhook_error', unusable: 'apiserver_internal_error', allowed: '' };

function codeOf(result: CallResult, allowed: number): string {
  if (result.at === 'allowed') return String(allowed);
  return String(result.at === 'unusable' ? 0 : Math.min(result.code, MAX_CODE));
}
