import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Layout } from './layout';
import type { ProcessPlan } from './plan';
import { type ProcessState, writeState } from './state';

/** Pauses before a process that has ended is started again: at once, then longer while it keeps ending soon. */
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 10_000;
/** A process that has lived this long has started well. */
const SETTLED_MS = 10_000;
const TELL_AGAIN_MS = 1000;
/** Time that a process has to end by itself. */
const STOP_MS = 20_000;

interface Running {
  readonly plan: ProcessPlan;
  child: ChildProcess | undefined;
  restarts: number;
}

/** Keeps the processes of a cluster running until the signal is aborted, then stops them in reverse order. */
export class Supervisor {
  private readonly all: Running[];

  constructor(
    private readonly layout: Layout,
    plans: readonly ProcessPlan[],
    /** What is to be done before a process is stopped, by its name. */
    private readonly beforeStopping: ReadonlyMap<string, () => Promise<void>> = new Map(),
  ) {
    this.all = plans.map((plan) => ({ plan, child: undefined, restarts: 0 }));
  }

  async run(signal: AbortSignal): Promise<void> {
    const loops = this.all.map((running) => this.keep(running, signal));
    await Promise.all(loops);
  }

  /** Resolves when the process has ended after the signal, and all that were started after it have. */
  private async keep(running: Running, signal: AbortSignal): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const started = Date.now();
      const ended = this.start(running);
      const stop = (): void => void this.stopInTurn(running);
      signal.addEventListener('abort', stop, { once: true });
      await ended;
      signal.removeEventListener('abort', stop);
      running.child = undefined;
      if (signal.aborted) return;
      running.restarts += 1;
      this.tell();
      pause = Date.now() - started > SETTLED_MS ? FIRST_PAUSE_MS : Math.min(pause * 2, MAX_PAUSE_MS);
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  private start(running: Running): Promise<void> {
    const { name, command, args } = running.plan;
    const log = openSync(join(this.layout.logs, `${name}.log`), 'a', 0o600);
    const child = spawn(command, args, { stdio: ['ignore', log, log], detached: false });
    closeSync(log);
    running.child = child;
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', (error) => {
        process.stderr.write(`${name} cannot be started: ${error.message}\n`);
        resolve();
      });
    });
    this.tell();
    return ended;
  }

  /** Later processes depend on earlier ones, so they stop first. */
  private async stopInTurn(running: Running): Promise<void> {
    const later = this.all.slice(this.all.indexOf(running) + 1);
    while (later.some(({ child }) => child)) await delay(20);
    const { child, plan } = running;
    try {
      await this.beforeStopping.get(plan.name)?.();
    } catch (error) {
      process.stderr.write(`before stopping ${plan.name}: ${(error as Error).message}\n`);
    }
    child?.kill('SIGTERM');
    await delay(STOP_MS, undefined, { ref: false });
    if (child && running.child === child) child.kill('SIGKILL');
  }

  /** Where there is no room for it now, there may be later: a full disk must not end the cluster. */
  private tell(): void {
    const processes = this.all.map(({ plan, child, restarts }): ProcessState => {
      return { name: plan.name, restarts, ...(child?.pid !== undefined && { pid: child.pid }) };
    });
    try {
      writeState(this.layout, { supervisor: process.pid, processes });
    } catch (error) {
      process.stderr.write(`the state cannot be written: ${(error as Error).message}\n`);
      setTimeout(() => this.tell(), TELL_AGAIN_MS).unref();
    }
  }
}
