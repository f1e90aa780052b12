import type { Readable, Writable } from 'node:stream';

/** Which streams a session of exec or attach has. */
export interface RemoteCommandOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** How a command ended: with a code, or it could not be run. */
export type Outcome = { readonly exitCode: number } | { readonly error: string };

/** The server's side of a session of exec or attach, whatever it is carried by. */
export interface RemoteCommandSession {
  /** Ends when the client closes its input. */
  readonly stdin: Readable | undefined;
  readonly stdout: Writable | undefined;
  readonly stderr: Writable | undefined;
  /** Calls the listener with each new size of the client's terminal, also with those that came before. */
  onResize(listener: (size: TerminalSize) => void): void;
  /** Tells the outcome when all output is sent, and ends the session. */
  finish(outcome: Outcome): Promise<void>;
  /** Resolves when the client is gone. */
  readonly closed: Promise<void>;
}

/** The status object that clients read the outcome from, since version 4 of the protocol. */
export function outcomeStatus(outcome: Outcome): object {
  if ('error' in outcome) {
    const message = `Internal error occurred: ${outcome.error}`;
    return { metadata: {}, status: 'Failure', message, reason: 'InternalError', details: { causes: [{ message: outcome.error }] }, code: 500 };
  }
  const { exitCode } = outcome;
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

/** What clients were told before version 4: a text, and nothing on success. */
export function outcomeText(outcome: Outcome): string {
  if ('error' in outcome) return outcome.error;
  return outcome.exitCode === 0 ? '' : `command terminated with exit code ${outcome.exitCode}`;
}

/** Reads `{"Width":80,"Height":24}` as Go writes it. */
export function parseTerminalSize(text: string): TerminalSize | undefined {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const [width, height] = [Reflect.get(parsed, 'Width'), Reflect.get(parsed, 'Height')];
  return typeof width === 'number' && typeof height === 'number' ? { width, height } : undefined;
}

/** Keeps sizes until somebody listens. */
export class ResizeQueue {
  private listener: ((size: TerminalSize) => void) | undefined;
  private readonly waiting: TerminalSize[] = [];

  push(size: TerminalSize | undefined): void {
    if (!size) return;
    if (this.listener) this.listener(size);
    else this.waiting.push(size);
  }

  listen(listener: (size: TerminalSize) => void): void {
    this.listener = listener;
    for (const size of this.waiting.splice(0)) listener(size);
  }
}
