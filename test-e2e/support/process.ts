import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a program wrote and how it ended. */
export interface ProgramResult {
  /** The exit code; null if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly stdin?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** After this the program is killed and the call fails. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 150_000;

/** Runs a program to its end. Fails if it cannot be started or takes too long; a bad exit code is a result like any other. */
export async function runProgram(file: string, args: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  const program = new RunningProgram(file, args, options);
  program.child.stdin?.end(options.stdin ?? '');
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    program.child.kill('SIGKILL');
  }, timeoutMs);
  const code = await program.exit.finally(() => clearTimeout(timer));
  const { stdout, stderr } = program;
  if (timedOut) throw new Error(`${file} ${args.join(' ')} took more than ${timeoutMs} ms\n${stdout}${stderr}`);
  return { code, stdout, stderr };
}

/** A program that runs beside the test, which reads what it writes as it comes. Whoever starts it calls `kill`. */
export class RunningProgram {
  readonly child: ChildProcess;
  /** Resolves with the exit code (null after a signal) when the program has ended and all its output is read. */
  readonly exit: Promise<number | null>;
  stdout = '';
  stderr = '';
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly file: string,
    private readonly args: readonly string[],
    { env, cwd }: Pick<ProgramOptions, 'env' | 'cwd'> = {},
  ) {
    this.child = spawn(file, args, { stdio: 'pipe', env, cwd });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => this.take(() => (this.stdout += text)));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => this.take(() => (this.stderr += text)));
    // A program that does not read its input to the end closes the pipe; its exit code and output tell what happened.
    this.child.stdin?.on('error', () => undefined);
    this.exit = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code) => resolve(code));
    });
    this.exit.catch(() => undefined);
    const killWithParent = (): void => void this.child.kill('SIGKILL');
    process.once('exit', killWithParent);
    this.child.once('close', () => process.off('exit', killWithParent));
  }

  /** Waits until what it wrote to both streams matches, and gives the match. Fails if it ends or the time is over before. */
  async waitFor(pattern: RegExp, timeoutMs = TIMEOUT_MS): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.listeners.delete(check);
        settle();
      };
      const fail = (why: string): void => {
        finish(() =>
          reject(new Error(`${this.file} ${this.args.join(' ')} ${why}, ${pattern} was not seen:\n${this.stdout}${this.stderr}`)),
        );
      };
      const check = (): void => {
        const match = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
        if (match) finish(() => resolve(match));
      };
      const timer = setTimeout(() => fail(`ran ${timeoutMs} ms`), timeoutMs);
      this.listeners.add(check);
      void this.exit.then(
        (code) => this.listeners.has(check) && fail(`ended with ${code}`),
        (error: Error) => fail(error.message),
      );
      check();
    });
  }

  /** Sends a signal and waits for the end. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill(signal);
      await exited;
    }
    return this.exit;
  }

  private take(add: () => void): void {
    add();
    for (const listener of [...this.listeners]) listener();
  }
}
