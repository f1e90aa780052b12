import { request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { Clock } from '@typekube/component-base';
import type { WebhookTarget } from '../webhook-target/webhook-target';
import type { AuditEvent } from './audit-record';
import type { AuditBackend } from './backend';
import { BatchBuffer, type BatchOptions } from './batch-buffer';

export interface WebhookBackendOptions {
  readonly target: WebhookTarget;
  readonly mode: 'batch' | 'blocking' | 'blocking-strict';
  readonly batch: BatchOptions;
  /** Pause before the first retry; each one after it is longer by half. */
  readonly initialBackoffMs: number;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** Tries of one batch, as upstream. */
const ATTEMPTS = 5;
const BACKOFF_FACTOR = 1.5;
const TIMEOUT_MS = 30_000;

/**
 * Posts events as `EventList` to a server of somebody else. Blocking modes send each event at once, one after the other; requests do not wait for
 * the answer, so that a slow webhook cannot hold up the API server.
 */
export class WebhookBackend implements AuditBackend {
  readonly name = 'webhook';
  private readonly buffer: BatchBuffer;
  private readonly agent: Agent | undefined;
  private readonly stopping = new AbortController();
  private lost = 0;

  constructor(private readonly options: WebhookBackendOptions) {
    const { mode, batch, clock, target } = options;
    const limits = mode === 'batch' ? batch : { ...batch, maxSize: 1, maxWaitMs: 0, throttle: undefined };
    this.buffer = new BatchBuffer(limits, clock, (events) => this.send(events));
    this.agent = target.url.protocol === 'https:' ? new Agent({ keepAlive: true, maxSockets: 1, ...target.tls }) : undefined;
  }

  get dropped(): number {
    return this.lost + this.buffer.dropped;
  }

  take(event: AuditEvent): boolean {
    this.buffer.add(event);
    return true;
  }

  async stop(): Promise<void> {
    // Retries end; what waits is tried once more.
    this.stopping.abort();
    await this.buffer.stop();
    this.agent?.destroy();
  }

  private async send(events: readonly AuditEvent[]): Promise<void> {
    const items = events.map(({ json }) => json.replace('"kind":"Event","apiVersion":"audit.k8s.io/v1",', ''));
    const body = Buffer.from(`{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${items.join(',')}]}`);
    for (let attempt = 1, pause = this.options.initialBackoffMs; ; attempt += 1, pause *= BACKOFF_FACTOR) {
      try {
        return await this.post(body);
      } catch (error) {
        if (attempt >= ATTEMPTS || this.stopping.signal.aborted || !isWorthRetrying(error)) {
          this.lost += events.length;
          return this.options.onError(error);
        }
      }
      await this.pause(pause);
    }
  }

  private pause(milliseconds: number): Promise<void> {
    const { signal } = this.stopping;
    return new Promise((resolve) => {
      const timer = this.options.clock.after(milliseconds, resolve);
      signal.addEventListener('abort', () => {
        timer.cancel();
        resolve();
      }, { once: true });
    });
  }

  private post(body: Buffer): Promise<void> {
    const { url } = this.options.target;
    const authorization = this.options.target.authorization();
    return new Promise((resolve, reject) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const request = send(url, {
        method: 'POST',
        headers: { ...(authorization && { Authorization: authorization }), 'Content-Type': 'application/json', 'Content-Length': body.length },
        timeout: TIMEOUT_MS,
        ...(this.agent && { agent: this.agent }),
      });
      request.on('timeout', () => request.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
      request.on('error', reject);
      request.on('response', (response) => {
        response.resume();
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode = 0 } = response;
          if (statusCode >= 200 && statusCode < 300) resolve();
          else reject(new WebhookStatusError(statusCode));
        });
      });
      request.end(body);
    });
  }
}

class WebhookStatusError extends Error {
  constructor(readonly code: number) {
    super(`the audit webhook answered ${code}`);
  }
}

/** What the webhook says is wrong with the events will be wrong again. */
function isWorthRetrying(error: unknown): boolean {
  return !(error instanceof WebhookStatusError) || error.code >= 500 || error.code === 429;
}
