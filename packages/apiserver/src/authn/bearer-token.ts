import type { ApiRequest } from '../http/messages';

const PROTOCOL_PREFIX = 'base64url.bearer.authorization.k8s.io.';
const EXTRA_SPACE = 'the provided Authorization header contains extra space before the bearer token, and is ignored';

/**
 * The token of an `Authorization: Bearer` header, or for browsers, which cannot set it, of a WebSocket's protocol name (upstream's
 * websocket.ProtocolAuthenticator); undefined if there is none. Headers of other schemes, and those without a token, say nothing.
 */
export function bearerToken({ headers, context }: Pick<ApiRequest, 'headers' | 'context'>): string | undefined {
  const [all, token] = /^Bearer ([^ ]*)/i.exec(headers.authorization ?? '') ?? [];
  if (token) return token;
  if (all !== undefined) context.warnings.add(EXTRA_SPACE);
  const protocols = headers.upgrade === undefined ? undefined : headers['sec-websocket-protocol'];
  return protocols?.includes(PROTOCOL_PREFIX) ? protocolToken(protocols) : undefined;
}

/** Takes such tokens out of the WebSocket's protocols: whoever the connection is passed on to shall not learn them. */
export function stripProtocolToken(headers: ApiRequest['headers']): void {
  const protocols = headers['sec-websocket-protocol'];
  if (protocols?.includes(PROTOCOL_PREFIX)) headers['sec-websocket-protocol'] = namesOf(protocols).filter((name) => !isToken(name)).join(', ') || undefined;
}

function namesOf(protocols: string): string[] {
  return protocols.split(',').map((name) => name.trim());
}

const isToken = (name: string): boolean => name.startsWith(PROTOCOL_PREFIX);

function protocolToken(protocols: string): string | undefined {
  const names = namesOf(protocols).filter(isToken);
  const [encoded] = names;
  if (names.length !== 1 || encoded === undefined) return undefined;
  return Buffer.from(encoded.slice(PROTOCOL_PREFIX.length), 'base64url').toString('utf8') || undefined;
}
