import type { LogRecord, Severity } from './logger';

const LETTERS: Readonly<Record<Severity, string>> = { info: 'I', warning: 'W', error: 'E' };
const STACK_VERBOSITY = 5;

/**
 * A line as klog writes it: `I0102 15:04:05.000000    1234 apiserver] "Started" port=6443`, with the component where klog has the
 * place in the source.
 */
export function formatText(record: LogRecord, verbosity: number): string {
  const { time, severity, name, message, error, fields } = record;
  const date = `${pad(time.getMonth() + 1, 2)}${pad(time.getDate(), 2)}`;
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => pad(part, 2)).join(':');
  const head = `${LETTERS[severity]}${date} ${clock}.${pad(time.getMilliseconds(), 3)}000 ${String(process.pid).padStart(7)}`;
  let line = `${head} ${name || 'main'}] ${JSON.stringify(message)}`;
  if (error !== undefined) line += ` err=${JSON.stringify(errorText(error, verbosity))}`;
  for (const key of Object.keys(fields)) line += ` ${key}=${fieldText(fields[key])}`;
  return line;
}

/** A line of upstream's JSON format: `ts` in milliseconds, `v` on all but errors, `err` on errors. */
export function formatJson(record: LogRecord, verbosity: number): string {
  const { time, severity, level, name, message, error, fields } = record;
  const head = {
    ts: time.getTime(),
    ...(name && { logger: name }),
    ...(severity === 'warning' && { level: 'warning' }),
    msg: message,
    ...(severity !== 'error' && { v: level }),
    ...(error !== undefined && { err: errorText(error, verbosity) }),
  };
  let line = JSON.stringify(head).slice(0, -1);
  for (const key of Object.keys(fields)) line += `,${JSON.stringify(key)}:${toJson(plain(fields[key]) ?? null)}`;
  return `${line}}`;
}

function errorText(error: unknown, verbosity: number): string {
  if (!(error instanceof Error)) return String(error);
  const text = verbosity >= STACK_VERBOSITY && error.stack ? error.stack : error.message;
  if (error.cause === undefined || text.includes(causeMessage(error.cause))) return text;
  return `${text}: ${errorText(error.cause, verbosity)}`;
}

function causeMessage(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function fieldText(value: unknown): string {
  const simple = plain(value);
  return simple === undefined ? '<nil>' : toJson(simple);
}

/** Logging never throws: what JSON cannot hold (cycles) is written as its plain text. */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner));
  } catch {
    return JSON.stringify(String(value));
  }
}

/** The value as JSON can hold it. */
function plain(value: unknown): unknown {
  if (value instanceof Error) return value.message;
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Set) return [...value];
  if (value instanceof Map) return Object.fromEntries(value);
  return typeof value === 'function' || typeof value === 'symbol' ? String(value) : value;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
