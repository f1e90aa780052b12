import { randomBytes } from 'node:crypto';
import { StoreError } from '../errors';
import type { StoreObserver } from '../options';
import type { CommitQueue } from './commit';
import type { Folder } from './folder';
import type { Transaction } from './transaction';

interface Lease {
  readonly ttlSeconds: number;
  /** Wall clock, milliseconds since 1970: a lease goes on running while the store is closed. */
  readonly expiresAt: number;
}

const MAX_TIMER_MS = 2 ** 31 - 1;
/** How soon an expiry that could not be written (a full disk) is tried again. */
const RETRY_MS = 1000;

/** The leases, persisted with their expiry time. When one runs out, its keys are deleted as ordinary revisions. */
export class Leases {
  private readonly leases = new Map<string, Lease>();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly folder: Folder,
    private readonly queue: CommitQueue,
    private readonly now: () => number,
    private readonly observer: StoreObserver,
  ) {
    for (const { key, value } of folder.leases.getRange({})) {
      this.leases.set(Buffer.from(key).toString('hex'), {
        expiresAt: value.readDoubleBE(0), ttlSeconds: value.readDoubleBE(8),
      });
    }
    this.schedule();
  }

  async grant(ttlSeconds: number): Promise<string> {
    if (!Number.isInteger(ttlSeconds) || ttlSeconds <= 0) throw new RangeError(`a lease lives a whole number of seconds, not ${ttlSeconds}`);
    const id = randomBytes(8).toString('hex');
    await this.queue.submit((transaction) => this.planExtend(transaction, id, ttlSeconds));
    return id;
  }

  /** Lets the lease live its whole time from now on. */
  keepAlive(id: string): Promise<void> {
    return this.queue.submit((transaction) => this.planExtend(transaction, id, this.require(transaction, id).ttlSeconds));
  }

  revoke(id: string): Promise<void> {
    return this.queue.submit((transaction) => {
      this.require(transaction, id);
      this.planRevoke(transaction, id);
    });
  }

  /** The lease, which must be granted and neither run out nor revoked; else throws `lease-not-found`. */
  require(transaction: Transaction, id: string): Lease {
    const lease = this.leases.get(id);
    if (!lease || transaction.revokedLeases.has(id) || lease.expiresAt <= this.now()) {
      throw new StoreError('lease-not-found', `the lease ${id} does not exist`);
    }
    return lease;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private planExtend(transaction: Transaction, id: string, ttlSeconds: number): void {
    const lease = { ttlSeconds, expiresAt: this.now() + ttlSeconds * 1000 };
    const record = Buffer.alloc(16);
    record.writeDoubleBE(lease.expiresAt, 0);
    record.writeDoubleBE(lease.ttlSeconds, 8);
    transaction.tableWrites.push((report) => report(this.folder.leases.put(Buffer.from(id, 'hex'), record)));
    transaction.onCommit.push(() => {
      this.leases.set(id, lease);
      this.schedule();
    });
  }

  private planRevoke(transaction: Transaction, id: string): void {
    transaction.revokedLeases.add(id);
    for (const key of transaction.keysOfLease(id)) {
      const entry = transaction.entry(key);
      if (entry) transaction.delete(key, entry);
    }
    transaction.tableWrites.push((report) => report(this.folder.leases.remove(Buffer.from(id, 'hex'))));
    transaction.onCommit.push(() => {
      this.leases.delete(id);
      this.schedule();
    });
  }

  /** Sets the one timer to the lease that runs out first. */
  private schedule(): void {
    clearTimeout(this.timer);
    if (this.closed || this.leases.size === 0) return;
    let first = Infinity;
    for (const { expiresAt } of this.leases.values()) first = Math.min(first, expiresAt);
    this.wakeIn(first - this.now());
  }

  private wakeIn(milliseconds: number): void {
    this.timer = setTimeout(() => void this.expire(), Math.min(Math.max(milliseconds, 0), MAX_TIMER_MS));
    this.timer.unref();
  }

  private async expire(): Promise<void> {
    try {
      const count = await this.queue.submit((transaction) => {
        const expired = [...this.leases].filter(([id, lease]) => lease.expiresAt <= this.now() && !transaction.revokedLeases.has(id));
        for (const [id] of expired) this.planRevoke(transaction, id);
        return expired.length;
      });
      if (count > 0) this.observer.onMetric?.('leases_expired_total', count);
      this.schedule();
    } catch (error) {
      if (this.closed) return;
      this.observer.log?.('warn', 'deleting the keys of expired leases failed, will try again', { error: String(error) });
      this.wakeIn(RETRY_MS);
    }
  }
}
