import { formatJson, formatText } from './format';
import { type LogSink, stderrSink } from './sink';

/** Named values of a log line. */
export type LogFields = Readonly<Record<string, unknown>>;

export type LogFormat = 'text' | 'json';

export type Severity = 'info' | 'warning' | 'error';

export interface LogRecord {
  readonly time: Date;
  readonly severity: Severity;
  /** The verbosity of the line; 0 for what is always logged. */
  readonly level: number;
  /** The component, such as `apiserver/store`; empty at the root. */
  readonly name: string;
  readonly message: string;
  readonly error?: unknown;
  readonly fields: LogFields;
}

/**
 * Writes log lines. Cheap where nothing is written: `log.v(4)?.info('Seen', { key })` makes no fields and calls nothing below
 * `--v=4`.
 * Never log secrets: fields are written as they are.
 */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** Something failed. Errors are written with their message; with `--v=5` or more with their stack too. */
  error(message: string, error?: unknown, fields?: LogFields): void;
  /**
   * A logger for details of that level (upstream: 2 steady state, 4 debug, 6 requests, 8 bodies), or undefined where they are
   * not wanted.
   */
  v(level: number): Logger | undefined;
  /** A logger for a part: its name is appended, its fields are added to every line. */
  child(name: string, fields?: LogFields): Logger;
}

export interface LoggerOptions {
  /** The `--v` level. Default 0. */
  readonly verbosity?: number;
  readonly format?: LogFormat;
  readonly name?: string;
  readonly sink?: LogSink;
  readonly now?: () => Date;
}

/** The logger of a process. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { verbosity = 0, format = 'text', name = '', sink = stderrSink(), now = () => new Date() } = options;
  const toLine = format === 'json' ? formatJson : formatText;
  const write = (record: LogRecord): void => sink.write(record.severity, toLine(record, verbosity));
  return new LeveledLogger({ verbosity, write, now }, name, {}, 0);
}

/** A logger that writes nothing. */
export const silentLogger: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  v: () => undefined,
  child: () => silentLogger,
};

interface Output {
  readonly verbosity: number;
  readonly write: (record: LogRecord) => void;
  readonly now: () => Date;
}

class LeveledLogger implements Logger {
  private readonly details = new Map<number, Logger>();

  constructor(
    private readonly output: Output,
    private readonly name: string,
    private readonly fields: LogFields,
    private readonly level: number,
  ) {}

  info(message: string, fields?: LogFields): void {
    this.write('info', message, undefined, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.write('warning', message, undefined, fields);
  }

  error(message: string, error?: unknown, fields?: LogFields): void {
    this.write('error', message, error, fields);
  }

  v(level: number): Logger | undefined {
    if (level > this.output.verbosity) return undefined;
    const known = this.details.get(level);
    if (known) return known;
    const logger = new LeveledLogger(this.output, this.name, this.fields, level);
    this.details.set(level, logger);
    return logger;
  }

  child(name: string, fields: LogFields = {}): Logger {
    const path = this.name ? `${this.name}/${name}` : name;
    return new LeveledLogger(this.output, path, { ...this.fields, ...fields }, this.level);
  }

  private write(severity: Severity, message: string, error: unknown, fields: LogFields = {}): void {
    const { level, name, output } = this;
    output.write({ time: output.now(), severity, level, name, message, error, fields: { ...this.fields, ...fields } });
  }
}
