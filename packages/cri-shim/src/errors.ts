import { status } from '@grpc/grpc-js';

/** A refusal that reaches the client as it is: a gRPC code and a text. */
export class RpcError extends Error {
  override readonly name = 'RpcError';

  constructor(
    readonly code: status,
    readonly details: string,
    cause?: unknown,
  ) {
    super(details, { cause });
  }
}

export function notFound(what: string, id: string): RpcError {
  return new RpcError(status.NOT_FOUND, `an error occurred when try to find ${what} "${id}": not found`);
}

export function invalid(details: string): RpcError {
  return new RpcError(status.INVALID_ARGUMENT, details);
}

/** A property of a thrown value. Not by `instanceof`: errors of another realm, as in tests, are errors too. */
function property(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

/** The gRPC code of an error of a call or of our own, or undefined. */
export function codeOf(error: unknown): number | undefined {
  const code = property(error, 'code');
  return typeof code === 'number' ? code : undefined;
}

/** The text of an error as a client should see it: without the code that @grpc/grpc-js puts before it. */
export function detailsOf(error: unknown): string {
  const text = property(error, 'details') ?? property(error, 'message');
  return typeof text === 'string' ? text : String(error);
}

/** What caused an error, or the error itself. */
export function causeOf(error: unknown): unknown {
  return property(error, 'cause') ?? error;
}

/** Is it the error of a file, or of what a file stands for, that is not there? */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ENODEV'].some((code) => property(error, 'code') === code);
}

export function isNotFound(error: unknown): boolean {
  return codeOf(error) === status.NOT_FOUND;
}

/** What is thrown inside, as the client gets it. Errors of no code (files, programs) are UNKNOWN, as upstream's are. */
export function toStatus(error: unknown): { code: number; details: string } {
  return { code: codeOf(error) ?? status.UNKNOWN, details: detailsOf(error) };
}

/** Waits for the promise; takes NOT_FOUND for done. */
export async function ignoreNotFound(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
