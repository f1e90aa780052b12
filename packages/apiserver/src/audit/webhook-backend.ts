import type { Clock } from '@typekube/component-base';
import { withRetries } from '../webhook-target/retries';
import { WebhookConnection } from '../webhook-target/webhook-connection';
import type { WebhookTarget } from '../webhook-target/webhook-target';
import type { AuditEvent } from './audit-event';
import type { AuditBackend } from './backend';
import { BatchBuffer, type BatchOptions } from './batch-buffer';

export interface WebhookBackendOptions {
  readonly target: WebhookTarget;
  readonly mode: 'batch' | 'blocking' | 'blocking-strict';
  readonly batch: BatchOptions;
  /** What one request may carry; a batch with more is sent in parts. An event that is larger goes alone. */
  readonly maxBatchBytes?: number | undefined;
  /** Pause before the first retry; each one after it is longer by half. Whatever is wrong is tried again, as upstream: an event may be kept yet. */
  readonly initialBackoffMs: number;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

const TIMEOUT_MS = 30_000;
/** How long a stop waits for the last batches: who stops the server will not wait for a webhook that hangs. */
const STOP_MS = 5_000;

/**
 * Posts events as `EventList` to a server of somebody else. Blocking modes send each event at once, one after the other; requests do not wait for
 * the answer, so that a slow webhook cannot hold up the API server.
 */
export class WebhookBackend implements AuditBackend {
  readonly name = 'webhook';
  private readonly buffer: BatchBuffer;
  private readonly connection: WebhookConnection;
  private readonly stopping = new AbortController();
  private readonly givingUp = new AbortController();
  private lost = 0;

  constructor(private readonly options: WebhookBackendOptions) {
    const { mode, batch, clock, target } = options;
    const limits = mode === 'batch' ? batch : { ...batch, maxSize: 1, maxWaitMs: 0, throttle: undefined };
    this.buffer = new BatchBuffer(limits, clock, (events) => this.send(events));
    // One after the other, so that events come in their order.
    this.connection = new WebhookConnection(target, TIMEOUT_MS, 1);
  }

  get dropped(): number {
    return this.lost + this.buffer.dropped;
  }

  take(event: AuditEvent): boolean {
    this.buffer.add(event);
    return true;
  }

  async stop(): Promise<void> {
    // Retries end; what waits is tried once more, for a while.
    this.stopping.abort();
    const limit = this.options.clock.after(STOP_MS, () => this.givingUp.abort(new Error('the server has stopped')));
    await this.buffer.stop();
    limit.cancel();
    this.connection.close();
  }

  private async send(events: readonly AuditEvent[]): Promise<void> {
    const items = events.map(({ json }) => json.replace('"kind":"Event","apiVersion":"audit.k8s.io/v1",', ''));
    for (const part of partsOf(items, this.options.maxBatchBytes)) await this.post(part);
  }

  private async post(items: readonly string[]): Promise<void> {
    const body = Buffer.from(`{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${items.join(',')}]}`);
    const { clock, initialBackoffMs: initialPauseMs, onError } = this.options;
    try {
      const hurry = this.stopping.signal;
      await withRetries(() => this.connection.post(body, this.givingUp.signal), { clock, initialPauseMs, mayPass: () => !this.givingUp.signal.aborted, hurry });
    } catch (error) {
      this.lost += items.length;
      onError(error);
    }
  }
}

/** The items in their order, in parts of no more than so many bytes. */
function partsOf(items: readonly string[], maxBytes = Infinity): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(item);
    if (bytes + size > maxBytes || !parts.length) {
      parts.push([]);
      bytes = 0;
    }
    bytes += size;
    parts.at(-1)!.push(item);
  }
  return parts;
}
