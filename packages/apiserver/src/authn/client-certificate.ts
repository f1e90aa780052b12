import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { UserInfo } from '../chain/request-context';
import type { ApiRequest } from '../http/messages';
import type { Authenticator } from './authenticator';

/**
 * The client's certificate, which the TLS layer has checked against the client CA: CN is the user, every O a group. What a connection's
 * certificate says is read once.
 */
export function clientCertificate(): Authenticator {
  const known = new WeakMap<object, UserInfo | undefined>();
  return {
    authenticate(request) {
      const socket = tlsSocket(request);
      if (known.has(socket)) return known.get(socket);
      const user = socket.authorized ? readUser(socket) : undefined;
      known.set(socket, user);
      return user;
    },
  };
}

/** Over HTTP/2 the request's own socket is a stand-in, so the session's is asked. */
function tlsSocket(request: ApiRequest): TLSSocket {
  const { stream } = request as ApiRequest & { stream?: { session?: { socket: TLSSocket } } };
  return (stream?.session?.socket ?? request.socket) as TLSSocket;
}

function readUser(socket: TLSSocket): UserInfo | undefined {
  const { raw } = socket.getPeerCertificate();
  if (!raw) return undefined;
  const certificate = new X509Certificate(raw);
  const subject = readSubject(certificate);
  const [name] = subject.get('CN') ?? [];
  if (!name) return undefined;
  const credentialId = `X509SHA256=${certificate.fingerprint256.replaceAll(':', '').toLowerCase()}`;
  return { name, groups: subject.get('O') ?? [], extra: { 'authentication.kubernetes.io/credential-id': [credentialId] } };
}

/** `CN=a\nO=b\nO=c` as node prints it, one attribute a line. */
function readSubject({ subject }: X509Certificate): Map<string, string[]> {
  const attributes = new Map<string, string[]>();
  for (const line of (subject ?? '').split('\n')) {
    const at = line.indexOf('=');
    const name = line.slice(0, at);
    attributes.set(name, [...(attributes.get(name) ?? []), line.slice(at + 1)]);
  }
  return attributes;
}
