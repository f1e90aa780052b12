import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCertificateAuthority, createClientCertificate, loadOrCreateKeyPair, loadOrCreateSigningKey, type KeyPair, type KeyPairPaths, type Subject } from '@typekube/component-base';
import { DNS_USER } from '../cluster/dns-addon';
import type { Layout } from '../cluster/layout';
import { FRONT_PROXY_NAME } from '../cluster/plan';

/** Who each component is: upstream's names, which its rights hang on. */
const IDENTITIES: readonly (readonly [name: string, subject: (nodeName: string) => Subject])[] = [
  ['admin', () => ({ commonName: 'kubernetes-admin', organizations: ['system:masters'] })],
  ['controller-manager', () => ({ commonName: 'system:kube-controller-manager' })],
  ['scheduler', () => ({ commonName: 'system:kube-scheduler' })],
  ['kubelet', (nodeName) => ({ commonName: `system:node:${nodeName}`, organizations: ['system:nodes'] })],
  ['proxy', () => ({ commonName: 'system:kube-proxy' })],
  ['dns', () => ({ commonName: DNS_USER })],
];

/** The API server, as kubelets see it. */
const KUBELET_CLIENT: Subject = { commonName: 'kube-apiserver-kubelet-client', organizations: ['system:masters'] };

/** The API server, as extension API servers see it: it alone may say who a client is. */
const FRONT_PROXY_CLIENT: Subject = { commonName: FRONT_PROXY_NAME };

export interface PkiOptions {
  readonly nodeName: string;
  /** Where the components of this machine reach the API server. */
  readonly server: string;
}

/** Makes the cluster's authority and the key of its service accounts, where they are not there yet, and a kubeconfig for each component and for the admin. */
export async function writeClusterPki(layout: Layout, options: PkiOptions): Promise<void> {
  await mkdir(layout.kubeconfigs, { recursive: true, mode: 0o700 });
  const authority = await clusterAuthority({ certFile: join(layout.pki, 'ca.crt'), keyFile: join(layout.pki, 'ca.key') });
  const toKubelets = { certFile: join(layout.pki, 'apiserver-kubelet-client.crt'), keyFile: join(layout.pki, 'apiserver-kubelet-client.key') };
  await loadOrCreateKeyPair(toKubelets, () => createClientCertificate(authority, { subject: KUBELET_CLIENT }));
  await writeFrontProxyPki(layout);
  await loadOrCreateSigningKey({ privateFile: join(layout.pki, 'sa.key'), publicFile: join(layout.pki, 'sa.pub') });
  for (const [name, subjectOf] of IDENTITIES) {
    const path = name === 'admin' ? layout.adminKubeconfig : join(layout.kubeconfigs, `${name}.kubeconfig`);
    const client = createClientCertificate(authority, { subject: subjectOf(options.nodeName) });
    const text = kubeconfig({ name, client, ca: authority.certificate, server: options.server });
    await writeFile(path, text, { mode: 0o600 });
  }
}

/** Of an authority of its own: what the cluster's has signed must not be able to speak for others. */
async function writeFrontProxyPki({ frontProxy: { ca, client } }: Layout): Promise<void> {
  const authority = await loadOrCreateKeyPair(ca, () => createCertificateAuthority({ commonName: 'front-proxy-ca' }));
  await loadOrCreateKeyPair(client, () => createClientCertificate(authority, { subject: FRONT_PROXY_CLIENT }));
}

/** Fails where there is half of one, or a broken one: another in its place would be believed by nobody. */
async function clusterAuthority(files: KeyPairPaths): Promise<KeyPair> {
  const { certFile, keyFile } = files;
  const missing = [certFile, keyFile].filter((file) => !existsSync(file));
  const advice = 'put it back, or begin anew with: typekube down --purge';
  if (missing.length === 1) throw new Error(`half of the cluster's authority is missing: ${missing[0]}: ${advice}`);
  const pair = await loadOrCreateKeyPair(files, () => createCertificateAuthority({ commonName: 'kubernetes' }));
  const problem = keyPairProblem(pair);
  if (problem) throw new Error(`the cluster's authority cannot be used: ${certFile}, ${keyFile}: ${problem}: ${advice}`);
  return pair;
}

function keyPairProblem({ certificate, key }: KeyPair): string | undefined {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)) ? undefined : 'the key is not that of the certificate';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A kubeconfig with one cluster, one user and one context; JSON, which is YAML too. */
function kubeconfig({ name, client, ca, server }: { name: string; client: KeyPair; ca: string; server: string }): string {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'typekube', cluster: { server, 'certificate-authority-data': base64(ca) } }],
    users: [{ name, user: { 'client-certificate-data': base64(client.certificate), 'client-key-data': base64(client.key) } }],
    contexts: [{ name: `${name}@typekube`, context: { cluster: 'typekube', user: name } }],
    'current-context': `${name}@typekube`,
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
