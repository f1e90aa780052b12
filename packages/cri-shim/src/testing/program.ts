import { spawn } from 'node:child_process';

export interface ProgramOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ended by force after so long. Default: no limit. */
  readonly timeoutMs?: number;
}

export interface ProgramOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, whatever that is. Fails only if it cannot be started or takes longer than its time. */
export function tryProgram(command: string, args: readonly string[], options: ProgramOptions = {}): Promise<ProgramOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: options.env ?? process.env, timeout: options.timeoutMs ?? 0, killSignal: 'SIGKILL' });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (error) => reject(new Error(`${command}: ${error.message}`, { cause: error })));
    child.on('close', (code, signal) => {
      if (code === null) reject(new Error(`${command} was ended by ${signal}`));
      else resolve({ code, stdout, stderr });
    });
    // A program that ends without reading its input breaks the pipe: its exit code says what matters.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** Runs a program and gives its output; fails with what it wrote to its error output. */
export async function runProgram(command: string, args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await tryProgram(command, args, options);
  if (code !== 0) throw new Error(`${command} failed with exit status ${code}: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}
