import type { Clock, Timer } from '@typekube/component-base';

/** How long a container may take to end. It can become shorter while the container is being ended, never longer. */
export class GracePeriod {
  private deadline: number;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly clock: Clock,
    seconds: number,
  ) {
    this.deadline = clock.monotonic() + seconds * 1000;
  }

  /** What is left, in whole seconds that have begun. */
  get secondsLeft(): number {
    return Math.max(0, Math.ceil((this.deadline - this.clock.monotonic()) / 1000));
  }

  /** It is over after so many seconds at the latest. */
  shorten(seconds: number): void {
    const deadline = this.clock.monotonic() + seconds * 1000;
    if (deadline >= this.deadline) return;
    this.deadline = deadline;
    for (const listener of this.listeners) listener();
  }

  /** Calls the listener whenever it becomes shorter, until the function that is given is called. */
  onShortened(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Waits for the task; rejects with the reason when the period is over first. */
  async limit(task: Promise<void>, reason: string): Promise<void> {
    let timer: Timer | undefined;
    let stop: (() => void) | undefined;
    const late = new Promise<never>((_, reject) => {
      const arm = (): void => {
        timer?.cancel();
        timer = this.clock.after(Math.max(0, this.deadline - this.clock.monotonic()), () => reject(new Error(reason)));
      };
      stop = this.onShortened(arm);
      arm();
    });
    try {
      await Promise.race([task, late]);
    } finally {
      timer?.cancel();
      stop?.();
    }
  }
}
