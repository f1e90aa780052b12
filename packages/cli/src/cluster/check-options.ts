import { isIPv4 } from 'node:net';
import { nameIsDNSSubdomain } from '@typekube/apimachinery';

export interface CheckedOptions {
  readonly nodeName?: string;
  readonly nodeIp?: string;
  readonly port: number;
  readonly podCidr: string;
  readonly serviceCidr: string;
  readonly without: readonly string[];
  readonly timeout: number;
}

/** What a cluster has, which it may do without. */
const COMPONENTS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'containerd', 'cri-shim', 'kubelet', 'kube-proxy', 'kube-dns'];

const MAX_PORT = 65_535;
/** Room for a few addresses at the least, and for more than any machine runs at the most. */
const PREFIXES = { least: 8, most: 28 };

/** Fails with the first option that a cluster cannot be made with, before anything is. */
export function checkOptions(options: CheckedOptions): void {
  const problem = optionProblem(options);
  if (problem) throw new Error(problem);
}

export function optionProblem({ nodeName, nodeIp, port, podCidr, serviceCidr, without, timeout }: CheckedOptions): string | undefined {
  if (!Number.isInteger(port) || port < 1 || port > MAX_PORT) return `--port must be a number between 1 and ${MAX_PORT}`;
  if (!(timeout > 0)) return '--timeout must be a number of seconds, more than 0';
  const [badName] = nodeName === undefined ? [] : nameIsDNSSubdomain(nodeName, false);
  if (badName) return `--node-name: ${badName}`;
  if (nodeIp !== undefined && !isIPv4(nodeIp)) return `--node-ip must be an IPv4 address, not "${nodeIp}"`;
  const ranges = { '--pod-cidr': podCidr, '--service-cidr': serviceCidr };
  for (const [flag, text] of Object.entries(ranges)) {
    if (!rangeOf(text)) return `${flag} must be IPv4 addresses such as 10.1.0.0/16, with a prefix of ${PREFIXES.least} to ${PREFIXES.most} bits, not "${text}"`;
  }
  if (overlap(podCidr, serviceCidr)) return `--pod-cidr ${podCidr} and --service-cidr ${serviceCidr} have addresses in common`;
  const unknown = without.find((name) => !COMPONENTS.includes(name));
  return unknown === undefined ? undefined : `--without: there is no component "${unknown}": there are ${COMPONENTS.join(', ')}`;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

function rangeOf(text: string): Range | undefined {
  const [, address = '', prefix = ''] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? [];
  const bits = Number(prefix);
  if (!isIPv4(address) || bits < PREFIXES.least || bits > PREFIXES.most) return undefined;
  const size = 2 ** (32 - bits);
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = number - (number % size);
  return { first, last: first + size - 1 };
}

function overlap(a: string, b: string): boolean {
  const [one, other] = [rangeOf(a), rangeOf(b)];
  return one !== undefined && other !== undefined && one.first <= other.last && other.first <= one.last;
}
