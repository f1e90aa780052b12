import { type FlagOutcome, type FlagSections, type Options, parseFlags, type Program } from '../config/flags';
import { outliveFullDisk } from './full-disk';
import { shutdownSignal } from './signals';

/** The body of a binary: lives until the signal is aborted. */
export type Main<S extends FlagSections> = (options: Options<S>, signal: AbortSignal) => Promise<void>;

/**
 * The whole of a binary: reads its flags, runs `main` until SIGINT or SIGTERM, and ends the process: with 0 when `main`
 * resolves, with 1
 * and `Error: …` when the command line is bad or `main` rejects.
 */
export async function runMain<S extends FlagSections>(program: Program<S>, main: Main<S>): Promise<void> {
  outliveFullDisk();
  process.exit(await runToExitCode(program, main, process.argv.slice(2)));
}

const LONG_MILLISECONDS = 2 ** 30;

/** As `runMain`, but gives the exit code instead of ending the process. */
export async function runToExitCode<S extends FlagSections>(
  program: Program<S>,
  main: Main<S>,
  argv: readonly string[],
): Promise<number> {
  try {
    return await runOutcome(parseFlags(program, argv), main);
  } catch (error) {
    process.stderr.write(`Error: ${describe(error)}\n`);
    return 1;
  }
}

async function runOutcome<S extends FlagSections>(outcome: FlagOutcome<S>, main: Main<S>): Promise<number> {
  if (outcome.action === 'print') {
    process.stdout.write(`${outcome.text}\n`);
    return 0;
  }
  for (const warning of outcome.warnings) process.stderr.write(`${warning}\n`);
  const { signal, close } = shutdownSignal();
  // Timers of the clock keep no process alive; one that only waits for something to come up must not end for that.
  const alive = setInterval(() => undefined, LONG_MILLISECONDS);
  try {
    await main(outcome.options, signal);
    return 0;
  } finally {
    clearInterval(alive);
    close();
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
