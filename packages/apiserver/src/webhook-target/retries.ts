import { type Clock, sleep } from '@typekube/component-base';
import { WebhookStatusError } from './webhook-connection';

/** Upstream's back-off of webhooks: attempts in all, the first pause, how much longer each next one is, and by how much chance may lengthen it. */
const ATTEMPTS = 5;
const PAUSE_MS = 500;
const FACTOR = 1.5;
const JITTER = 0.2;

export interface Retries {
  readonly clock: Clock;
  readonly initialPauseMs?: number;
  /** Default: what upstream holds for passing. */
  readonly mayPass?: (error: unknown) => boolean;
  /** Ends a pause: one last attempt is made then. */
  readonly hurry?: AbortSignal;
}

/** Calls again while that may help. Rejects with why the last attempt failed. */
export async function withRetries<T>(call: () => Promise<T>, { clock, initialPauseMs = PAUSE_MS, mayPass = isPassing, hurry }: Retries): Promise<T> {
  for (let attempt = 1, pause = initialPauseMs; ; attempt += 1, pause *= FACTOR) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= ATTEMPTS || hurry?.aborted || !mayPass(error)) throw error;
    }
    await sleep(clock, pause * (1 + Math.random() * JITTER), hurry).catch(() => undefined);
  }
}

const PASSING_CODES: ReadonlySet<number> = new Set([429, 500, 504]);

/** Whether a webhook says that it cannot answer now, or its connection broke off (upstream's DefaultShouldRetry). */
function isPassing(error: unknown): boolean {
  if (error instanceof WebhookStatusError) return PASSING_CODES.has(error.code) || (error.code >= 500 && error.asksForLater);
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}
