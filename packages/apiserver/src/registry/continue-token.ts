import { newBadRequest, parseJson, type StatusError } from '@typekube/apimachinery';

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
  const { v = '', rv = 0, start = '' } = parse(token);
  if (v !== 'meta.k8s.io/v1') throw invalidToken(`server does not recognize this encoded version ${v}`);
  if (rv === 0) throw invalidToken('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (start === '') throw invalidToken('encoded start key empty (version meta.k8s.io/v1)');
  // A page cut from upstream's cache goes on at a key with a leading slash.
  const key = start.startsWith('/') ? start.slice(1) : start;
  if (isUnclean(key)) throw invalidToken(start);
  return { revision: rv, start: key };
}

interface Token {
  readonly v?: string;
  readonly rv?: number;
  readonly start?: string;
}

function parse(token: string): Token {
  const stray = firstStray(token);
  if (stray >= 0) throw invalidToken(`illegal base64 data at input byte ${stray}`);
  let value: unknown;
  try {
    value = parseJson(Buffer.from(token, 'base64url'));
  } catch (error) {
    throw invalidToken((error as Error).message, error);
  }
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw invalidToken(mismatch(value, 'Go value of type storage.continueToken'));
  const { v, rv, start } = value as Readonly<Record<string, unknown>>;
  return { v: textOf(v, 'v'), rv: integerOf(rv), start: textOf(start, 'start') };
}

function textOf(value: unknown, field: string): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return undefined;
  throw invalidToken(mismatch(value, `Go struct field continueToken.${field} of type string`));
}

function integerOf(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  if (value === undefined || value === null) return undefined;
  throw invalidToken(mismatch(value, 'Go struct field continueToken.rv of type int64'));
}

/** A value of a type that the token has not there, in the words of Go's reader. */
function mismatch(value: unknown, where: string): string {
  const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${type}${typeof value === 'number' ? ` ${value}` : ''} into ${where}`;
}

function invalidToken(detail: string, cause?: unknown): StatusError {
  return newBadRequest(`invalid continue token: continue key is not valid: ${detail}`, { cause });
}

/** Where Go's reader of unpadded base64 gives up, or -1: at a character of another alphabet, or at a last one that makes no byte. */
function firstStray(token: string): number {
  const stray = token.search(/[^\w-]/);
  return stray < 0 && token.length % 4 === 1 ? token.length - 1 : stray;
}

/** A start that is no clean path, such as one with `..`, would read keys of other resources upstream. */
function isUnclean(key: string): boolean {
  return key !== '' && key.split('/').some((segment) => segment === '' || segment === '.' || segment === '..');
}
