import { certificateIdentity } from '@typekube/component-base';
import type { ApiRequest } from '../http/messages';
import { AuthenticationError, type Authenticator } from './authenticator';
import { type CertificatePool, PeerReader, tlsSocket } from './certificate-pool';

/** Names of headers, in any case. */
export interface ProxyHeaders {
  readonly usernameHeaders: readonly string[];
  readonly uidHeaders: readonly string[];
  readonly groupHeaders: readonly string[];
  readonly extraHeadersPrefix: readonly string[];
}

/** The `--requestheader-*` flags. */
export interface FrontProxyOptions extends ProxyHeaders {
  readonly pool: () => CertificatePool;
  /** Common names of proxies; empty for whatever the authority has signed. */
  readonly allowedNames: readonly string[];
}

type Headers = ApiRequest['headers'];

/**
 * A proxy that has found out who the client is, and says so in headers. It is believed if its certificate is of the proxies' own authority and
 * of an allowed name. Headers from anybody else are nothing: `strip` takes them away, whoever sent them.
 */
export function frontProxy(options: FrontProxyOptions): Authenticator & { strip(headers: Headers): void } {
  const proxies = new PeerReader(options.pool, (raw) => certificateIdentity(raw).commonName);
  const [username, uids, groups] = [lower(options.usernameHeaders), lower(options.uidHeaders), lower(options.groupHeaders)];
  const prefixes = lower(options.extraHeadersPrefix);
  return {
    authenticate(request) {
      if (!username.some((name) => request.headers[name])) return undefined;
      const proxy = proxies.of(tlsSocket(request));
      if (proxy === undefined) return undefined;
      if (options.allowedNames.length && !options.allowedNames.includes(proxy)) {
        throw new AuthenticationError(`x509: subject with cn=${proxy} is not in the allowed list`);
      }
      const sent = sentHeaders(request);
      const first = (names: readonly string[]): string => names.flatMap((name) => sent.get(name) ?? []).find((value) => value !== '') ?? '';
      const name = first(username);
      if (!name) return undefined;
      const uid = first(uids);
      const extra = extraOf(sent, prefixes);
      return {
        name,
        ...(uid && { uid }),
        groups: groups.flatMap((header) => sent.get(header) ?? []),
        ...(Object.keys(extra).length && { extra }),
      };
    },
    strip: headerStripper(options),
  };
}

/** What takes such headers away. */
export function headerStripper({ usernameHeaders, uidHeaders, groupHeaders, extraHeadersPrefix }: ProxyHeaders): (headers: Headers) => void {
  const own: ReadonlySet<string> = new Set(lower([...usernameHeaders, ...uidHeaders, ...groupHeaders]));
  const prefixes = lower(extraHeadersPrefix);
  return (headers) => {
    for (const name in headers) {
      if (headers[name] !== undefined && (own.has(name) || prefixes.some((prefix) => name.startsWith(prefix)))) headers[name] = undefined;
    }
  };
}

function lower(names: readonly string[]): string[] {
  return names.map((name) => name.toLowerCase());
}

/** As they were sent, one value each: node joins headers of one name with commas. */
function sentHeaders({ rawHeaders }: ApiRequest): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    all.set(name, [...(all.get(name) ?? []), rawHeaders[i + 1]!]);
  }
  return all;
}

function extraOf(sent: ReadonlyMap<string, readonly string[]>, prefixes: readonly string[]): Record<string, readonly string[]> {
  const extra = new Map<string, readonly string[]>();
  for (const [name, values] of sent) {
    const prefix = prefixes.find((each) => name.startsWith(each));
    if (prefix === undefined) continue;
    const key = unescapeHeaderKey(name.slice(prefix.length));
    extra.set(key, [...(extra.get(key) ?? []), ...values]);
  }
  return Object.fromEntries(extra);
}

/** Keys of extra values are percent-escaped where they are no header names; what is no escape stands for itself. */
export function unescapeHeaderKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
