import type { IncomingHttpHeaders } from 'node:http';

/** Headers of one connection, which end where it does (httputil.ReverseProxy). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection', 'proxy-connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'http2-settings',
  // Answered by this server already.
  'expect',
]);

/** What lets pages of others read the answer: the target must not decide that for this server. */
const CORS: ReadonlySet<string> = new Set([
  'access-control-allow-credentials', 'access-control-allow-headers', 'access-control-allow-methods', 'access-control-allow-origin',
]);

/** What a client proves and claims towards this server. */
export function isForThisServer(name: string): boolean {
  return name === 'authorization' || name.startsWith('impersonate-');
}

type Headers = Record<string, string | string[]>;

export interface Forwarded {
  readonly clientAddress: string;
  /** The path as the client asked for it. */
  readonly uri: string;
}

/** The headers that the target gets. The host stays the client's, as upstream. */
export function requestHeaders(headers: IncomingHttpHeaders, { clientAddress, uri }: Forwarded): Headers {
  const named = connectionHeaders(headers);
  const kept = Object.entries(headers).filter(
    ([name, value]) => value !== undefined && !name.startsWith(':') && !named.has(name) && !HOP_BY_HOP.has(name) && !isForThisServer(name),
  ) as [string, string | string[]][];
  const authority: unknown = headers[':authority'];
  const before = headers['x-forwarded-for'];
  return {
    ...Object.fromEntries(kept),
    ...(typeof authority === 'string' && headers.host === undefined && { host: authority }),
    'x-forwarded-for': before ? `${[before].flat().join(', ')}, ${clientAddress}` : clientAddress,
    'x-forwarded-uri': uri,
  };
}

export interface Rewriting {
  /** The target, as it was asked. */
  readonly target: URL;
  /** What the client calls us by. */
  readonly clientHost: string;
  readonly prefix: string;
}

/** The headers that the client gets. */
export function responseHeaders(headers: IncomingHttpHeaders, rewriting: Rewriting): Headers {
  const named = connectionHeaders(headers);
  const kept = Object.entries(headers).filter(([name, value]) => value !== undefined && !named.has(name) && !HOP_BY_HOP.has(name) && !CORS.has(name));
  const { location } = headers;
  return { ...(Object.fromEntries(kept) as Headers), ...(location !== undefined && { location: rewriteLink(location, rewriting) }) };
}

/** A redirect or a link of a page within the target leads through this server; one to elsewhere, or relative to the page, stays as it is. */
export function rewriteLink(link: string, { target, clientHost, prefix }: Rewriting): string {
  const [, , host, path = ''] = /^(?:([a-z][a-z0-9+.-]*:)?\/\/([^/?#]*))?([^]*)$/i.exec(link) ?? [];
  if (host === undefined && /^[a-z][a-z0-9+.-]*:/i.test(link)) return link;
  const isElsewhere = host !== undefined && host !== '' && host !== target.host && host !== clientHost;
  if (isElsewhere || !path.startsWith('/')) return link;
  if (path.startsWith(prefix)) return path;
  // Rooted before it is cleaned, as the paths of requests are.
  const { pathname, search, hash } = new URL(`http://localhost${path}`);
  return `${prefix}${pathname}${search}${hash}`;
}

function connectionHeaders({ connection }: IncomingHttpHeaders): Set<string> {
  return new Set((connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
}
