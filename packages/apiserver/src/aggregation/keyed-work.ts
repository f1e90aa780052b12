export interface KeyedWorkOptions {
  /** The pause after a failure, doubled with each further one up to `maxPauseMs`. */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
  readonly onError: (key: string, error: unknown) => void;
}

interface State {
  isRunning: boolean;
  /** Asked for while it runs. */
  again: boolean;
  failures: number;
  timer: NodeJS.Timeout | undefined;
}

/** Runs work by its key: never twice at once for one key, once more where it is asked for meanwhile, and again after it has failed. */
export class KeyedWork {
  private readonly states = new Map<string, State>();
  private readonly running = new Set<Promise<void>>();
  private isStopped = false;

  constructor(
    private readonly work: (key: string) => Promise<void>,
    private readonly options: KeyedWorkOptions,
  ) {}

  enqueue(key: string): void {
    if (this.isStopped) return;
    let state = this.states.get(key);
    if (!state) this.states.set(key, (state = { isRunning: false, again: false, failures: 0, timer: undefined }));
    if (state.isRunning) {
      state.again = true;
      return;
    }
    clearTimeout(state.timer);
    this.start(key, state);
  }

  /** Nothing is tried again for a key that is gone. */
  forget(key: string): void {
    clearTimeout(this.states.get(key)?.timer);
    this.states.delete(key);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    for (const key of [...this.states.keys()]) this.forget(key);
    await Promise.all(this.running);
  }

  private start(key: string, state: State): void {
    state.isRunning = true;
    const run: Promise<void> = this.run(key, state).finally(() => this.running.delete(run));
    this.running.add(run);
  }

  private async run(key: string, state: State): Promise<void> {
    do {
      state.again = false;
      try {
        await this.work(key);
        state.failures = 0;
      } catch (error) {
        state.failures += 1;
        if (!this.isStopped) this.options.onError(key, error);
      }
    } while (state.again && this.isKnown(key, state));
    state.isRunning = false;
    if (state.failures > 0 && this.isKnown(key, state)) {
      state.timer = setTimeout(() => this.enqueue(key), this.pauseOf(state));
      state.timer.unref();
    }
  }

  private isKnown(key: string, state: State): boolean {
    return !this.isStopped && this.states.get(key) === state;
  }

  private pauseOf({ failures }: State): number {
    const { firstPauseMs, maxPauseMs } = this.options;
    return Math.min(firstPauseMs * 2 ** Math.min(failures - 1, 30), maxPauseMs);
  }
}
