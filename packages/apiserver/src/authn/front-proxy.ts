import { type CertificatePool, certificateIdentity, proxiedUserReader, type ProxyHeaders } from '@typekube/component-base';
import type { ApiRequest } from '../http/messages';
import { AuthenticationError, type Authenticator } from './authenticator';
import { PeerReader, tlsSocket } from './peer-reader';

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
  const username = lower(options.usernameHeaders);
  const userOf = proxiedUserReader(options);
  return {
    authenticate(request) {
      if (!username.some((name) => request.headers[name])) return undefined;
      const proxy = proxies.of(tlsSocket(request));
      if (proxy === undefined) return undefined;
      if (options.allowedNames.length && !options.allowedNames.includes(proxy)) {
        throw new AuthenticationError(`x509: subject with cn=${proxy} is not in the allowed list`);
      }
      return userOf(request.rawHeaders);
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
