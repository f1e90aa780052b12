import { join } from 'node:path';
import {
  createCertificateAuthority,
  createServingCertificate,
  type KeyPair,
  loadOrCreateKeyPair,
  readKeyPair,
} from '@typekube/component-base';

export interface IdentityOptions {
  readonly tlsCertFile: string;
  readonly tlsPrivateKeyFile: string;
  readonly certDir: string;
  readonly name: string;
  readonly addresses: readonly string[];
}

/** The serving certificate: the one given, or one signed by itself and kept in the folder, as upstream's without bootstrap. */
export async function servingIdentity({
  tlsCertFile,
  tlsPrivateKeyFile,
  certDir,
  name,
  addresses,
}: IdentityOptions): Promise<KeyPair> {
  if (Boolean(tlsCertFile) !== Boolean(tlsPrivateKeyFile))
    throw new Error('--tls-cert-file and --tls-private-key-file must be specified together');
  if (tlsCertFile) {
    const given = await readKeyPair({ certFile: tlsCertFile, keyFile: tlsPrivateKeyFile });
    if (given) return given;
    throw new Error(`unable to load server certificate: ${tlsCertFile} or ${tlsPrivateKeyFile} does not exist`);
  }
  const hosts = [...new Set([name, ...addresses, '127.0.0.1', 'localhost'])];
  return loadOrCreateKeyPair({ certFile: join(certDir, 'kubelet.crt'), keyFile: join(certDir, 'kubelet.key') }, () =>
    createServingCertificate(createCertificateAuthority({ commonName: `${name}-ca` }), { commonName: name, hosts }),
  );
}
