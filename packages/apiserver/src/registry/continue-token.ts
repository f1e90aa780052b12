import { newBadRequest, parseJson } from '@typekube/apimachinery';

/** Where a paged list goes on: upstream's token (storage/continue.go), so that tokens mean the same on either server. */
export interface ContinueToken {
  /** The revision the list was begun at; -1 to go on at the newest one, inconsistently. */
  readonly revision: number;
  /** The first key of the next page, without the list's prefix. */
  readonly start: string;
}

export function encodeContinue({ revision, start }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url');
}

/** Fails with 400 for what is no token of ours, or leads out of the list. */
export function decodeContinue(token: string): ContinueToken {
  const parsed = parse(token);
  if (parsed.v !== 'meta.k8s.io/v1') {
    throw newBadRequest(`continue key is not valid: server does not recognize this encoded version ${JSON.stringify(parsed.v ?? '')}`);
  }
  const { rv, start } = parsed;
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv === 0) {
    throw newBadRequest('continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  }
  if (typeof start !== 'string' || start === '') {
    throw newBadRequest('continue key is not valid: encoded start key empty (version meta.k8s.io/v1)');
  }
  if (isOutside(start)) throw newBadRequest(`continue key is not valid: ${start}`);
  return { revision: rv, start };
}

function parse(token: string): { v?: unknown; rv?: unknown; start?: unknown } {
  const stray = firstStray(token);
  if (stray >= 0) throw newBadRequest(`continue key is not valid: illegal base64 data at input byte ${stray}`);
  let value: unknown;
  try {
    value = parseJson(Buffer.from(token, 'base64url'));
  } catch (error) {
    throw newBadRequest(`continue key is not valid: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value === 'object' && value !== null) return value;
  throw newBadRequest('continue key is not valid: not an object');
}

/** Where Go's reader of unpadded base64 gives up, or -1: at a character of another alphabet, or at a last one that makes no byte. */
function firstStray(token: string): number {
  const stray = token.search(/[^\w-]/);
  return stray < 0 && token.length % 4 === 1 ? token.length - 1 : stray;
}

/** A start with `..` or an absolute path would read keys of other resources upstream. */
function isOutside(start: string): boolean {
  return start.startsWith('/') || start.split('/').includes('..');
}
