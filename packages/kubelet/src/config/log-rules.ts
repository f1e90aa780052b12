import { parseQuantity } from '@typekube/apimachinery';
import { ConfigError, type ConfigShape, type ConfigValue, integerFlag, type Options, parseGoDuration, section, stringFlag } from '@typekube/component-base';
import { ifGiven } from './if-given';

/** The fields of a KubeletConfiguration that the logs of containers are kept by. */
export const LOG_FIELDS = {
  containerLogMaxSize: 'string',
  containerLogMaxFiles: 'integer',
  containerLogMaxWorkers: 'integer',
  containerLogMonitorInterval: 'duration',
} as const satisfies Readonly<Record<string, ConfigShape>>;

export type LogFields = ConfigValue<{ readonly fields: typeof LOG_FIELDS }>;

export interface LogRules {
  /** As large a log is put aside; below zero: none ever is. */
  readonly maxBytes: number;
  /** The one that is written is among them. */
  readonly maxFiles: number;
  /** So many logs are looked at together. */
  readonly workers: number;
  /** How often they are looked at, in milliseconds. */
  readonly interval: number;
  /** As they were given: flags take the place of some. */
  readonly fields: LogFields;
}

/** As upstream's validation. */
const LEAST_INTERVAL = 3000;

/** Throws a ConfigError. */
export function logRulesOf(fields: LogFields): LogRules {
  const { containerLogMaxSize: size = '10Mi', containerLogMaxFiles: maxFiles = 5, containerLogMaxWorkers: workers = 1, containerLogMonitorInterval } = fields;
  const interval = containerLogMonitorInterval ? parseGoDuration(containerLogMonitorInterval) : 10_000;
  if (maxFiles <= 1) throw new ConfigError(`containerLogMaxFiles: invalid configuration: ${maxFiles} must be greater than 1`);
  if (workers < 1) throw new ConfigError(`containerLogMaxWorkers: invalid configuration: ${workers} must be greater than or equal to 1`);
  if (interval < LEAST_INTERVAL)
    throw new ConfigError(`containerLogMonitorInterval: invalid configuration: ${containerLogMonitorInterval} must be greater than or equal to 3s`);
  return { maxBytes: sizeIn(size), maxFiles, workers, interval, fields };
}

function sizeIn(text: string): number {
  try {
    return Number(parseQuantity(text).value());
  } catch (error) {
    throw new ConfigError(`containerLogMaxSize: failed to parse container log max size "${text}": ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

export const containerLogs = section('Container logs', {
  containerLogMaxSize: ifGiven(
    stringFlag({ default: '10Mi', help: 'Set the maximum size (e.g. 10Mi) of container log file before it is rotated. A negative one disables rotation.' }),
  ),
  containerLogMaxFiles: ifGiven(
    integerFlag({ default: 5, help: 'Set the maximum number of container log files that can be present for a container. The number must be >= 2.' }),
  ),
});

/** What the file says, with the flags over it. Throws a ConfigError. */
export function logRulesWithFlags(file: LogRules, { containerLogMaxSize, containerLogMaxFiles }: Options<{ logs: typeof containerLogs }>['logs']): LogRules {
  return logRulesOf({
    ...file.fields,
    ...(containerLogMaxSize !== undefined && { containerLogMaxSize }),
    ...(containerLogMaxFiles !== undefined && { containerLogMaxFiles }),
  });
}
