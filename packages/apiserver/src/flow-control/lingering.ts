import type { Clock, Timer } from '@typekube/component-base';

interface Held<T> {
  readonly item: T;
  readonly until: number;
}

/** Holds things for a while each, with one timer for all of them. */
export class Lingering<T> {
  /** In order of their end. */
  private held: Held<T>[] = [];
  private timer: Timer | undefined;
  private isStopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly release: (items: readonly T[]) => void,
  ) {}

  add(item: T, seconds: number): void {
    const until = this.clock.monotonic() + seconds * 1000;
    let at = this.held.length;
    while (at > 0 && this.held[at - 1]!.until > until) at -= 1;
    this.held.splice(at, 0, { item, until });
    // A timer that is running fires not much later: what is held is so for about the same time.
    if (at === 0 || !this.timer) this.arm();
  }

  stop(): void {
    this.isStopped = true;
    this.timer?.cancel();
  }

  private arm(): void {
    this.timer?.cancel();
    this.timer = undefined;
    const first = this.held[0];
    if (!first || this.isStopped) return;
    this.timer = this.clock.after(Math.max(1, Math.ceil(first.until - this.clock.monotonic())), () => this.fire());
  }

  private fire(): void {
    const now = this.clock.monotonic();
    const firstLeft = this.held.findIndex(({ until }) => until > now);
    const due = firstLeft < 0 ? this.held : this.held.slice(0, firstLeft);
    this.held = firstLeft < 0 ? [] : this.held.slice(firstLeft);
    this.arm();
    if (due.length) this.release(due.map(({ item }) => item));
  }
}
