import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import {
  createCertificateAuthority,
  createClientCertificate,
  createServingCertificate,
  type KeyPair,
  loadOrCreateKeyPair,
  loadOrCreateSigningKey,
  readKeyPair,
} from '@typekube/component-base';

export interface PkiOptions {
  /** Where generated certificates lie. */
  readonly certDir: string;
  readonly bindAddress: string;
  readonly advertiseAddress: string | undefined;
  /** The first address of the service range: what pods call the server by. */
  readonly serviceAddress: string;
  /** Given by the operator instead of generated ones. */
  readonly servingFiles: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly clientCAFile: string | undefined;
}

export interface Pki {
  readonly serving: KeyPair;
  /** PEM of what signs clients. */
  readonly clientCA: string;
  /** PEM of what signed the serving certificate; undefined if the operator gave that certificate. */
  readonly servingCA: string | undefined;
  /** Signs clients where the CA is our own. */
  readonly clientAuthority: KeyPair | undefined;
}

const SERVICE_NAMES = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local', 'localhost'];

/** Reads the certificates, and makes those that neither the operator nor an earlier start has given. */
export async function loadPki(options: PkiOptions): Promise<Pki> {
  const { certDir, servingFiles, clientCAFile } = options;
  const path = (name: string): { certFile: string; keyFile: string } => {
    return { certFile: join(certDir, `${name}.crt`), keyFile: join(certDir, `${name}.key`) };
  };
  const authority =
    servingFiles && clientCAFile
      ? undefined
      : await loadOrCreateKeyPair(path('ca'), () => createCertificateAuthority({ commonName: 'kubernetes' }));
  const serving = servingFiles
    ? await readGiven(servingFiles)
    : await loadOrCreateKeyPair(path('apiserver'), () => {
        return createServingCertificate(authority!, { commonName: 'kube-apiserver', hosts: hostsOf(options) });
      });
  return {
    serving,
    clientCA: clientCAFile ? await readFile(clientCAFile, 'utf8') : authority!.certificate,
    servingCA: servingFiles ? undefined : authority!.certificate,
    clientAuthority: clientCAFile ? undefined : authority,
  };
}

async function readGiven(files: { certFile: string; keyFile: string }): Promise<KeyPair> {
  const pair = await readKeyPair(files);
  if (!pair) throw new Error(`--tls-cert-file ${files.certFile} and --tls-private-key-file ${files.keyFile} must both exist`);
  return pair;
}

function hostsOf({ bindAddress, advertiseAddress, serviceAddress }: PkiOptions): string[] {
  const local = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address));
  const isWildcard = bindAddress === '0.0.0.0' || bindAddress === '::';
  const hosts = ['127.0.0.1', ...(isWildcard ? local : [bindAddress]), ...(advertiseAddress ? [advertiseAddress] : []), serviceAddress];
  return [...SERVICE_NAMES, ...new Set(hosts.map((host) => host.replace(/%.*$/, '')))];
}

/** The server's own key for service account tokens, made on the first start. Others may verify by the public half beside it. */
export function ownSigningKey(certDir: string): Promise<string> {
  return loadOrCreateSigningKey({ privateFile: join(certDir, 'sa.key'), publicFile: join(certDir, 'sa.pub') });
}

/** Writes a kubeconfig with which its owner may do everything, once. It is readable by its owner only. */
export async function writeAdminKubeconfig(path: string, url: string, { clientAuthority, servingCA }: Pki): Promise<void> {
  if (!clientAuthority || !servingCA) return;
  const subject = { commonName: 'kubernetes-admin', organizations: ['system:masters'] };
  const client = createClientCertificate(clientAuthority, { subject });
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'typekube', cluster: { server: url, 'certificate-authority-data': base64(servingCA) } }],
    users: [{ name: 'admin', user: { 'client-certificate-data': base64(client.certificate), 'client-key-data': base64(client.key) } }],
    contexts: [{ name: 'admin@typekube', context: { cluster: 'typekube', user: 'admin' } }],
    'current-context': 'admin@typekube',
  };
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  await writeFile(path, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
}
