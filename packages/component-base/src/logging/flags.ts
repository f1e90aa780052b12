import { choiceFlag, integerFlag, optionalStringFlag } from '../config/flag-types';
import { section } from '../config/flags';
import { createLogger, type Logger } from './logger';
import { winstonSink } from './sink';

/** The logging flags that every binary has, under upstream's names. */
export const loggingSection = section('Logs', {
  v: integerFlag({ shorthand: 'v', valueName: 'Level', default: 0, help: 'number for the log level verbosity' }),
  loggingFormat: choiceFlag({
    choices: ['text', 'json'],
    default: 'text',
    help: 'Sets the log format. Permitted formats: "json", "text".',
  }),
  logFile: optionalStringFlag({ help: 'If non-empty, write log lines to this file too' }),
});

export interface LoggingOptions {
  readonly v: number;
  readonly loggingFormat: 'text' | 'json';
  readonly logFile: string | undefined;
}

/** The logger that the logging flags ask for. */
export function loggerFromFlags({ v, loggingFormat, logFile }: LoggingOptions, name: string): Logger {
  const sink = winstonSink(logFile === undefined ? {} : { file: logFile });
  return createLogger({ verbosity: v, format: loggingFormat, name, sink });
}
