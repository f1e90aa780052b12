import { type CertificatePool, certificateIdentity } from '@typekube/component-base';
import type { UserInfo } from '../chain/request-context';
import type { Authenticator } from './authenticator';
import { PeerReader, tlsSocket } from './peer-reader';

/** The client's certificate, signed by one of the client authorities: CN is the user, every O a group. */
export function clientCertificate(pool: () => CertificatePool, onUse?: (secondsLeft: number) => void): Authenticator {
  const users = new PeerReader(pool, readUser, onUse);
  return { authenticate: (request) => users.of(tlsSocket(request)) };
}

function readUser(raw: Buffer): UserInfo | undefined {
  const { commonName, organizations, fingerprint } = certificateIdentity(raw);
  if (!commonName) return undefined;
  return { name: commonName, groups: organizations, extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint}`] } };
}
