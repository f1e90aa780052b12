import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Answer, CommandSet, CommonCommands, Usage } from './commands';

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

export interface WorkerOptions {
  readonly args?: readonly string[];
  readonly execArgv?: readonly string[];
  /** Given every piece of the child's output; without it output goes to ours. */
  readonly onOutput?: (text: string) => void;
}

/** A child process that is asked over IPC (`serveCommands` is its half). Ends with its parent. */
export class Worker<C extends CommandSet<C>> implements AsyncDisposable {
  private readonly waiting = new Map<number, Waiting>();
  private readonly exited: Promise<unknown>;
  private lastId = 0;

  private constructor(readonly process: ChildProcess) {
    process.on('message', (answer: Answer) => this.settle(answer));
    this.exited = once(process, 'exit').then(([code, signal]) => {
      this.failAll(new Error(`the process ${process.spawnargs.slice(1).join(' ')} has ended (${String(code ?? signal)})`));
    });
  }

  /** Starts `module`, a compiled file. */
  static start<C extends CommandSet<C>>(module: string, { args = [], execArgv = [], onOutput }: WorkerOptions = {}): Worker<C> {
    const child = fork(module, [...args], { execArgv: [...execArgv], silent: onOutput !== undefined });
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => onOutput?.(text));
    return new Worker<C>(child);
  }

  /** Fails with what the child's command threw, or when the child ends before it has answered. */
  ask<K extends keyof (C & CommonCommands) & string>(
    command: K,
    ...[argument]: Parameters<(C & CommonCommands)[K]>
  ): Promise<Awaited<ReturnType<(C & CommonCommands)[K]>>> {
    return new Promise((resolve, reject) => {
      this.lastId += 1;
      this.waiting.set(this.lastId, { resolve, reject });
      this.process.send({ id: this.lastId, command, argument: argument as unknown }, (error) => error && reject(error));
    });
  }

  usage(): Promise<Usage> {
    return this.ask<'usage'>('usage', ...([] as unknown as Parameters<(C & CommonCommands)['usage']>)) as Promise<Usage>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill('SIGTERM');
    await this.exited;
  }

  private settle(answer: Answer): void {
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve(answer.result as never);
  }

  private failAll(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
