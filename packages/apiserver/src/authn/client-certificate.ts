import type { TLSSocket } from 'node:tls';
import { certificateIdentity } from '@typekube/component-base';
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
  const { commonName, organizations, fingerprint } = certificateIdentity(raw);
  if (!commonName) return undefined;
  return { name: commonName, groups: organizations, extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint}`] } };
}
