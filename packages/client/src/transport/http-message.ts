import type { Readable } from 'node:stream';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request on the wire; the path begins with a slash and includes the query. */
export interface WireRequest {
  readonly method: Method;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array;
  /** Ends the request, at any time, and what is left of its response. */
  readonly signal: AbortSignal;
}

/** The head of a response; its body is still to be read, or to be destroyed. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Readable;
  /** Whether the body broke off. Only known when it has ended. */
  isTruncated(): boolean;
}

/** The first value of a header; names are lower case. */
export function headerOf(response: WireResponse, name: string): string | undefined {
  const value = response.headers[name];
  return typeof value === 'string' ? value : value?.[0];
}
