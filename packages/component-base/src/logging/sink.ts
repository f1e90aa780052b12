import type { Logger as WinstonLogger } from 'winston';
import { type Clock, systemClock } from '../clock';
import type { Severity } from './logger';

/** Where finished log lines go. */
export interface LogSink {
  write(severity: Severity, line: string): void;
}

/** Lines to standard error, at once. */
export function stderrSink(): LogSink {
  return { write: (_severity, line) => void process.stderr.write(`${line}\n`) };
}

export interface WinstonSinkOptions {
  /** A file to write to as well. */
  readonly file?: string;
  readonly clock?: Clock;
}

/** Lines of a start go straight to standard error: loading winston takes longer than the rest of it. */
const START_MILLISECONDS = 2000;

/** Lines through winston: to standard error, and to a file if one is named. The library is loaded by the first line after the start, or for the file. */
export function winstonSink({ file, clock = systemClock }: WinstonSinkOptions = {}): LogSink {
  const direct = stderrSink();
  const begun = clock.monotonic();
  let logger: WinstonLogger | undefined;
  return {
    write(severity, line) {
      if (!logger && file === undefined && clock.monotonic() - begun < START_MILLISECONDS) return direct.write(severity, line);
      logger ??= loadWinston(file);
      logger.log(severity, line);
    },
  };
}

function loadWinston(file: string | undefined): WinstonLogger {
  // Not `import()`: that would make an ES module load of it, which is slower still.
  const { createWinstonLogger }: typeof import('./winston-logger') = require('./winston-logger');
  return createWinstonLogger(file);
}
