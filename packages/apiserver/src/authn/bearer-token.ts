import type { ApiRequest } from '../http/messages';

/** The token of an `Authorization: Bearer` header; undefined if there is none. */
export function bearerToken({ headers }: ApiRequest): string | undefined {
  const match = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '');
  return match?.[1];
}
