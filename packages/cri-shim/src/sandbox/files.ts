import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { cri } from '@typekube/cri-api';

/** The text of resolv.conf for a pod's DNS settings. */
export function resolvConf({ servers, searches, options }: cri.DNSConfig): string {
  const lines = [
    ...(searches.length ? [`search ${searches.join(' ')}`] : []),
    ...servers.map((server) => `nameserver ${server}`),
    ...(options.length ? [`options ${options.join(' ')}`] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Writes the files that every container of the pod sees, and gives their host paths by their paths in the container. */
export async function writeSandboxFiles(folder: string, config: cri.PodSandboxConfig): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await writeFile(join(folder, 'hostname'), `${config.hostname || hostname()}\n`);
  await copyFile('/etc/hosts', join(folder, 'hosts'));
  const { dnsConfig } = config;
  const isSet = dnsConfig && (dnsConfig.servers.length || dnsConfig.searches.length || dnsConfig.options.length);
  if (isSet) await writeFile(join(folder, 'resolv.conf'), resolvConf(dnsConfig));
  else await copyFile('/etc/resolv.conf', join(folder, 'resolv.conf'));
}

export function sandboxFiles(folder: string, shm: string): Readonly<Record<string, string>> {
  return {
    '/etc/hostname': join(folder, 'hostname'),
    '/etc/hosts': join(folder, 'hosts'),
    '/etc/resolv.conf': join(folder, 'resolv.conf'),
    '/dev/shm': shm,
  };
}
