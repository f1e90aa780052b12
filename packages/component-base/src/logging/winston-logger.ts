import { createLogger, format, type Logger, transports } from 'winston';
import type { Severity } from './logger';

const LEVELS: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/**
 * The winston logger behind `winstonSink`: lines come finished, so its format passes them on. Load this file only when needed.
 */
export function createWinstonLogger(file: string | undefined): Logger {
  const logger = createLogger({
    level: 'info',
    levels: LEVELS,
    format: format.printf(({ message }) => String(message)),
    transports: [],
  });
  if (file) logger.add(new transports.File({ filename: file }));
  logger.add(new transports.Stream({ stream: process.stderr }));
  return logger;
}
