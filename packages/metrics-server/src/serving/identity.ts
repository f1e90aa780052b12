import { join } from 'node:path';
import { createCertificateAuthority, createServingCertificate, type KeyPair, loadOrCreateKeyPair, readKeyPair } from '@typekube/component-base';
import type { MetricsServerFlags } from '../config/flags';

/** The serving certificate: the one given, or one signed by itself and kept in the folder under upstream's name. */
export async function servingIdentity({ tlsCertFile, tlsPrivateKeyFile, certDir }: MetricsServerFlags['serving']): Promise<KeyPair> {
  if (tlsCertFile && tlsPrivateKeyFile) {
    const given = await readKeyPair({ certFile: tlsCertFile, keyFile: tlsPrivateKeyFile });
    if (given) return given;
    throw new Error(`unable to load server certificate: ${tlsCertFile} or ${tlsPrivateKeyFile} does not exist`);
  }
  return loadOrCreateKeyPair({ certFile: join(certDir, 'apiserver.crt'), keyFile: join(certDir, 'apiserver.key') }, () =>
    createServingCertificate(createCertificateAuthority({ commonName: 'metrics-server-ca' }), { commonName: 'metrics-server', hosts: ['localhost', '127.0.0.1'] }),
  );
}
