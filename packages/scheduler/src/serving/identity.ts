import { join } from 'node:path';
import {
  createCertificateAuthority,
  createServingCertificate,
  type KeyPair,
  loadOrCreateKeyPair,
  readKeyPair,
} from '@typekube/component-base';
import type { SchedulerFlags } from '../config/flags';

/** The serving certificate: that of the flags, or one made for this host and kept in --cert-dir where that is given. */
export async function servingIdentity({
  tlsCertFile,
  tlsPrivateKeyFile,
  certDir,
  bindAddress,
}: SchedulerFlags['serving']): Promise<KeyPair> {
  if (Boolean(tlsCertFile) !== Boolean(tlsPrivateKeyFile))
    throw new Error('--tls-cert-file and --tls-private-key-file must be specified together');
  if (tlsCertFile && tlsPrivateKeyFile) return readGiven(tlsCertFile, tlsPrivateKeyFile);
  const create = (): KeyPair => selfSigned(bindAddress);
  if (!certDir) return create();
  return loadOrCreateKeyPair(
    { certFile: join(certDir, 'kube-scheduler.crt'), keyFile: join(certDir, 'kube-scheduler.key') },
    create,
  );
}

async function readGiven(certFile: string, keyFile: string): Promise<KeyPair> {
  const pair = await readKeyPair({ certFile, keyFile });
  if (pair) return pair;
  throw new Error(`unable to load server certificate: ${certFile} or ${keyFile} does not exist`);
}

function selfSigned(bindAddress: string): KeyPair {
  const hosts = [
    ...new Set(['127.0.0.1', 'localhost', ...(bindAddress === '0.0.0.0' || bindAddress === '::' ? [] : [bindAddress])]),
  ];
  return createServingCertificate(createCertificateAuthority({ commonName: 'kube-scheduler-ca' }), {
    commonName: 'kube-scheduler',
    hosts,
  });
}
