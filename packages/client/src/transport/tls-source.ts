import { readFile } from 'node:fs/promises';
import type { FileOrData, TlsConfig } from '../kubeconfig/client-config';
import type { Credentials } from '../kubeconfig/credentials';
import type { TlsIdentity } from './dial';

/** Reads what TLS connections are made with: files anew each time, so that a renewed certificate is used. */
export async function readTlsIdentity(tls: TlsConfig, credentials: Credentials): Promise<TlsIdentity> {
  const [ca, certificate, key, handedOut] = await Promise.all([
    readFileOrData(tls.ca),
    readFileOrData(tls.certificate),
    readFileOrData(tls.key),
    credentials.keyPair(),
  ]);
  return {
    insecure: tls.insecure,
    ...(ca && { ca }),
    ...(certificate && key && { certificate, key }),
    ...handedOut,
    ...(tls.serverName && { serverName: tls.serverName }),
  };
}

/** Whether anything of it can change while the process runs. */
export function hasFiles({ ca, certificate, key }: TlsConfig): boolean {
  return [ca, certificate, key].some((source) => source && 'file' in source);
}

export function sameIdentity(a: TlsIdentity, b: TlsIdentity): boolean {
  return a.ca === b.ca && a.certificate === b.certificate && a.key === b.key;
}

export async function readFileOrData(source: FileOrData | undefined): Promise<string | undefined> {
  if (!source) return undefined;
  return 'data' in source ? source.data : readFile(source.file, 'utf8');
}
