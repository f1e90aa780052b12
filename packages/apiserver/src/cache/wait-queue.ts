interface Waiter {
  readonly revision: number;
  readonly resolve: (reached: boolean) => void;
}

/** Those who wait until a revision has been seen, each with a time limit. */
export class WaitQueue {
  private readonly waiters = new Set<Waiter>();

  wait(revision: number, timeoutMs: number): Promise<boolean> {
    return new Promise((settle) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      const resolve = (reached: boolean): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        settle(reached);
      };
      const waiter: Waiter = { revision, resolve };
      this.waiters.add(waiter);
    });
  }

  reached(revision: number): void {
    for (const waiter of this.waiters) if (waiter.revision <= revision) waiter.resolve(true);
  }
}
