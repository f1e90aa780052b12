import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The built binary: these tests are of the real thing. */
const BINARY = join(__dirname, '../../bin/kube-scheduler.js');

/** A real kube-scheduler as a child process. */
export class SchedulerProcess {
  private text = '';

  private constructor(private readonly child: ChildProcess) {
    child.stderr?.on('data', (chunk: Buffer) => (this.text += chunk.toString()));
  }

  /** Starts one, serving nothing unless the flags say where. */
  static start(kubeconfig: string, flags: readonly string[] = []): SchedulerProcess {
    const common = [`--kubeconfig=${kubeconfig}`, '--secure-port=0', '-v=2'];
    return new SchedulerProcess(spawn(process.execPath, [BINARY, ...common, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] }));
  }

  /** What it has logged. */
  get log(): string {
    return this.text;
  }

  /** Whether it schedules: it has the lease, where there is an election. */
  get isScheduling(): boolean {
    return this.text.includes('"Scheduling"');
  }

  /** Ends it with a signal; gives its exit code, null where the signal itself has ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill(signal);
      await ended;
    }
    return this.child.exitCode;
  }
}
