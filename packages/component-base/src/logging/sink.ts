import type { Logger as WinstonLogger } from 'winston';
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
  /** How long after the first line the library is loaded. */
  readonly delayMilliseconds?: number;
}

/**
 * Lines through winston: to standard error, and to a file if one is named. Loading winston takes longer than the rest of a
 * start, so lines go
 * straight to standard error until it is loaded, some time after the first one; those of before are handed on to the file then.
 */
export function winstonSink({ file, delayMilliseconds = 2000 }: WinstonSinkOptions = {}): LogSink & { load(): void } {
  const direct = stderrSink();
  let early: [Severity, string][] = [];
  let logger: WinstonLogger | undefined;
  let timer: NodeJS.Timeout | undefined;
  const load = (): void => {
    clearTimeout(timer);
    if (logger) return;
    // Not `import()`: that would make an ES module load of it, which is slower still.
    const { createWinstonLogger }: typeof import('./winston-logger') = require('./winston-logger');
    logger = createWinstonLogger({ file, early });
    early = [];
  };
  return {
    load,
    write(severity, line) {
      if (logger) {
        logger.log(severity, line);
        return;
      }
      direct.write(severity, line);
      if (file) early.push([severity, line]);
      timer ??= setTimeout(load, delayMilliseconds).unref();
    },
  };
}
