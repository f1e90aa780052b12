import { newConflict, newInternalError, OPTIMISTIC_LOCK_ERROR } from '@typekube/apimachinery';
import type { AdmissionAttributes } from '../admission';
import { checkRequest, type LimitedResource, type Quota } from './check-request';
import type { QuotaAccessor } from './quota-accessor';

/** Times a batch is judged anew because somebody else changed a quota, as upstream. */
const MAX_RETRIES = 3;
/** How long a write waits for the ones before it in its namespace. */
const TIMEOUT_MS = 10_000;

interface Waiter {
  readonly attributes: AdmissionAttributes;
  settle(error?: unknown): void;
}

/**
 * Judges writes by the quotas of their namespace. Those that come while another is being written wait, and are judged together: one
 * write of a quota counts them all, and however many come at once, no more pass than there is room for (upstream's quotaEvaluator).
 */
export class QuotaQueue {
  private readonly waiting = new Map<string, Waiter[]>();

  constructor(
    private readonly accessor: QuotaAccessor,
    private readonly limited: readonly LimitedResource[],
  ) {}

  /** Resolves when the write is counted; fails if there is no room for it. */
  admit(attributes: AdmissionAttributes): Promise<void> {
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(() => reject(newInternalError(new Error('resource quota evaluation timed out'))), TIMEOUT_MS);
      const settle = (error?: unknown): void => {
        clearTimeout(timeout);
        if (error === undefined) resolve();
        else reject(error as Error);
      };
      this.enqueue(attributes.namespace, { attributes, settle });
    });
  }

  private enqueue(namespace: string, waiter: Waiter): void {
    const waiting = this.waiting.get(namespace);
    if (waiting) {
      waiting.push(waiter);
      return;
    }
    this.waiting.set(namespace, [waiter]);
    void this.work(namespace);
  }

  private async work(namespace: string): Promise<void> {
    for (let batch = this.take(namespace); batch.length > 0; batch = this.take(namespace)) {
      try {
        await this.judge(namespace, batch);
      } catch (error) {
        for (const { settle } of batch) settle(error);
      }
    }
    this.waiting.delete(namespace);
  }

  private take(namespace: string): Waiter[] {
    const batch = this.waiting.get(namespace) ?? [];
    this.waiting.set(namespace, []);
    return batch;
  }

  private async judge(namespace: string, batch: readonly Waiter[]): Promise<void> {
    let quotas: readonly Quota[] = this.accessor.quotasIn(namespace);
    let pending = batch;
    for (let retry = 0; ; retry += 1) {
      const { after, charged } = this.charge(quotas, pending);
      const changed = after.filter((quota, i) => quota !== quotas[i]);
      const failed = await this.writeAll(changed);
      if (failed.size === 0) {
        for (const { settle } of charged) settle();
        return;
      }
      if (retry >= MAX_RETRIES) return refuseAll(charged, [...failed][0]!);
      // Quotas that were written have counted these already: only the others are judged anew.
      quotas = this.accessor.quotasIn(namespace).filter(({ metadata }) => failed.has(metadata.name ?? ''));
      pending = charged;
    }
  }

  /** Judges one after the other, each by what the ones before it leave. Settles those that are refused or that count nowhere. */
  private charge(quotas: readonly Quota[], waiters: readonly Waiter[]): { after: readonly Quota[]; charged: Waiter[] } {
    const now = new Date();
    const charged: Waiter[] = [];
    let after = quotas;
    for (const waiter of waiters) {
      try {
        const next = checkRequest(after, waiter.attributes, this.limited, now);
        const counts = next.some((quota, i) => quota !== after[i]);
        if (counts && !waiter.attributes.dryRun) {
          charged.push(waiter);
          after = next;
        } else {
          waiter.settle();
        }
      } catch (error) {
        waiter.settle(error);
      }
    }
    return { after, charged };
  }

  /** The names of those that somebody else was faster with. */
  private async writeAll(quotas: readonly Quota[]): Promise<Set<string>> {
    const failed = new Set<string>();
    for (const quota of quotas) {
      if (!(await this.accessor.write(quota))) failed.add(quota.metadata.name ?? '');
    }
    return failed;
  }
}

function refuseAll(waiters: readonly Waiter[], quota: string): void {
  const error = newConflict({ group: '', resource: 'resourcequotas' }, quota, OPTIMISTIC_LOCK_ERROR);
  for (const { settle } of waiters) settle(error);
}
