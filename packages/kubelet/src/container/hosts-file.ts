import { readFile, writeFile } from 'node:fs/promises';
import { type Pod, specOf } from '../objects';
import { fullHostnameOf, hostnameOf } from './env';

const HEADER = '# Kubernetes-managed hosts file.\n';
const HOST_HEADER = '# Kubernetes-managed hosts file (host network).\n';
const LOCAL = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'fe00::0\tip6-mcastprefix',
  'fe00::1\tip6-allnodes',
  'fe00::2\tip6-allrouters',
];

/** The text of a pod's /etc/hosts. */
export function hostsText(pod: Pod, podIps: readonly string[], domain: string): string {
  const names = [fullHostnameOf(pod, domain), hostnameOf(pod)].filter((name) => name !== undefined);
  const own = podIps.map((ip) => `${ip}\t${names.join('\t')}`);
  return `${HEADER}${[...LOCAL, ...own].join('\n')}\n${aliasesText(pod)}`;
}

function aliasesText(pod: Pod): string {
  const { hostAliases = [] } = specOf(pod);
  if (hostAliases.length === 0) return '';
  const lines = hostAliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}`);
  return `\n# Entries added by HostAliases.\n${lines.join('\n')}\n`;
}

/** Writes it; pods in the node's network get the node's own file and their aliases. */
export async function writeHostsFile(
  file: string,
  pod: Pod,
  options: { podIps: readonly string[]; domain: string },
): Promise<void> {
  const text = specOf(pod).hostNetwork
    ? `${HOST_HEADER}${await readFile('/etc/hosts', 'utf8')}${aliasesText(pod)}`
    : hostsText(pod, options.podIps, options.domain);
  await writeFile(file, text, { mode: 0o644 });
}
