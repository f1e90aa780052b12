import { errorCode } from '../kubeconfig/system-error';

/** No answer came, or it broke off: the server is down, not reachable, not trusted, or the network failed. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  /** Node's code, such as `ECONNREFUSED` or `ERR_HTTP2_GOAWAY_SESSION`; empty where there is none. */
  readonly code: string;

  constructor(
    what: string,
    cause: unknown,
    /** The request was certainly not acted on, so that any method may be sent again. */
    readonly notSent = false,
  ) {
    super(`${what}: ${reason(cause)}`, { cause });
    this.code = codeOf(cause);
  }
}

/** The time of a call ran out. */
export class RequestTimeout extends Error {
  override readonly name = 'RequestTimeout';
}

/** Nobody listens there: the server is (not yet or no longer) up. */
export function isConnectionRefused(error: unknown): boolean {
  return error instanceof ConnectionError && error.code === 'ECONNREFUSED';
}

function codeOf(cause: unknown): string {
  return cause instanceof AggregateError && cause.errors.length > 0 ? codeOf(cause.errors[0]) : errorCode(cause);
}

/** The cause in the words that Go's network errors have, for the most frequent ones. */
function reason(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reason(cause.errors[0]);
  const address = `${textOf(cause, 'address')}:${textOf(cause, 'port')}`;
  switch (codeOf(cause)) {
    case 'ECONNREFUSED':
      return `dial tcp ${address}: connect: connection refused`;
    case 'ECONNRESET':
      return 'read: connection reset by peer';
    case 'ENOTFOUND':
      return `dial tcp: lookup ${textOf(cause, 'hostname')}: no such host`;
    default:
      return textOf(cause, 'message') || String(cause);
  }
}

function textOf(cause: unknown, field: string): string {
  const value: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, field) : undefined;
  return value === undefined ? '' : String(value);
}
