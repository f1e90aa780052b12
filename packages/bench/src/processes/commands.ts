/** What a child process can be asked over IPC: one function a command, its argument and its result as JSON. */
export type CommandSet<C> = { readonly [K in keyof C]: (argument: never) => unknown };

export interface Question {
  readonly id: number;
  readonly command: string;
  readonly argument: unknown;
}

export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };

/** Processor time a process has used since its start, and the memory it holds. */
export interface Usage {
  readonly cpuMicros: number;
  readonly rssBytes: number;
}

/** The commands that every child of the benchmarks answers. */
export interface CommonCommands {
  usage(): Usage;
}

export const commonCommands: CommonCommands = {
  usage() {
    const { user, system } = process.cpuUsage();
    return { cpuMicros: user + system, rssBytes: process.memoryUsage.rss() };
  },
};

/** Answers the parent's commands. The child's half of `Worker`; `onOrphaned` runs when the parent is gone. */
export function serveCommands<C extends CommandSet<C>>(commands: C, onOrphaned: () => void = () => process.exit()): void {
  const all = new Map<string, (argument: never) => unknown>(Object.entries({ ...commonCommands, ...commands }));
  process.on('message', (question: Question) => void answer(all, question));
  process.once('disconnect', onOrphaned);
}

async function answer(commands: ReadonlyMap<string, (argument: never) => unknown>, { id, command, argument }: Question): Promise<void> {
  try {
    const run = commands.get(command);
    if (!run) throw new Error(`unknown command ${command}`);
    send({ id, result: await run(argument as never) });
  } catch (error) {
    send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

/** The parent may be gone meanwhile; then nobody waits for the answer. */
function send(reply: Answer): void {
  if (process.connected) process.send?.(reply);
}
