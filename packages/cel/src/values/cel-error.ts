/**
 * An expression that has no value. `||`, `&&` and `?:` pass over those of parts that do not decide. It has no stack: a loop may make one in every turn, and what
 * matters is where in the expression it came up.
 */
export class CelError extends Error {
  override readonly name: string = 'CelError';

  constructor(message: string, options?: ErrorOptions) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message, options);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** An evaluation that was ended for its cost or its time: nothing passes over that. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

export function noSuchKey(key: string): CelError {
  return new CelError(`no such key: ${key}`);
}

export function noSuchOverload(detail = ''): CelError {
  return new CelError(detail ? `no such overload: ${detail}` : 'no such overload');
}
