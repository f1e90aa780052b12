interface Waiter {
  readonly revision: number;
  readonly resolve: () => void;
}

/** Those who wait until a revision has been seen, each with a time limit. */
export class WaitQueue {
  /** No Set, which would keep what has waited in V8's old space (flow-control/queue-set.ts). */
  private waiters: Waiter[] = [];

  wait(revision: number, timeoutMs: number): Promise<boolean> {
    return new Promise((settle) => {
      const timer = setTimeout(() => {
        this.waiters = this.waiters.filter((other) => other !== waiter);
        settle(false);
      }, timeoutMs);
      const resolve = (): void => {
        clearTimeout(timer);
        settle(true);
      };
      const waiter: Waiter = { revision, resolve };
      this.waiters.push(waiter);
    });
  }

  reached(revision: number): void {
    if (!this.waiters.length) return;
    const { waiters } = this;
    this.waiters = waiters.filter((waiter) => waiter.revision > revision);
    for (const waiter of waiters) if (waiter.revision <= revision) waiter.resolve();
  }
}
