import { connect, type TLSSocket } from 'node:tls';
import { isIP } from 'node:net';

/** What a TLS connection is made with. PEM throughout. */
export interface TlsIdentity {
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly insecure: boolean;
}

/** Thirty seconds, as Go's default transport. */
const DIAL_MILLISECONDS = 30_000;

/** The options of a TLS connection to a host, for `tls.connect` and for HTTPS agents. */
export function tlsOptions(
  host: string,
  identity: TlsIdentity,
): {
  ca?: string;
  cert?: string;
  key?: string;
  servername: string;
  rejectUnauthorized: boolean;
} {
  const { ca, certificate, key, serverName, insecure } = identity;
  return {
    ...(ca && { ca }),
    ...(certificate && { cert: certificate }),
    ...(key && { key }),
    // An address may not stand in SNI, but the certificate is checked against it all the same.
    servername: serverName ?? (isIP(host) ? '' : host),
    rejectUnauthorized: !insecure,
  };
}

/** Connects and finishes the TLS handshake, offering HTTP/2. Rejects with Node's error. */
export function dialTls(host: string, port: number, identity: TlsIdentity): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ALPNProtocols: ['h2', 'http/1.1'], ...tlsOptions(host, identity) });
    const timer = setTimeout(() => socket.destroy(new Error(`dial tcp ${host}:${port}: i/o timeout`)), DIAL_MILLISECONDS);
    socket.setNoDelay(true);
    const onError = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    socket.once('error', onError);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      resolve(socket);
    });
  });
}
