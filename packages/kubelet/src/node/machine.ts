import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism, machine, networkInterfaces, release, totalmem } from 'node:os';
import type { corev1 } from '@typekube/api';
import { newQuantity, parseQuantity, type Quantity } from '@typekube/apimachinery';
import { isMissing } from '../program';

/** What the machine has, as a Node's status.capacity. */
export async function machineCapacity(rootDir: string, maxPods: number): Promise<Record<string, string>> {
  const { blocks, bsize } = await statfs(rootDir);
  return {
    cpu: String(availableParallelism()),
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    'ephemeral-storage': `${Math.floor((blocks * bsize) / 1024)}Ki`,
    pods: String(maxPods),
    ...(await hugePages()),
  };
}

/** Huge pages by their size: resources of their own. */
async function hugePages(): Promise<Record<string, string>> {
  const text = await readFile('/proc/meminfo', 'utf8');
  const kilobytes = Number(/^Hugepagesize:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
  const count = Number(/^HugePages_Total:\s+(\d+)/m.exec(text)?.[1] ?? 0);
  if (!kilobytes) return {};
  return { [`hugepages-${kilobytes / 1024}Mi`]: count ? `${(count * kilobytes) / 1024}Mi` : '0' };
}

/** What is left of the capacity for pods after reservations, never less than nothing. */
export function allocatableOf(
  capacity: Readonly<Record<string, string>>,
  reserved: readonly Readonly<Record<string, string>>[],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(capacity).map(([name, text]) => [name, lessReserved(parseQuantity(text), name, reserved).toString()]),
  );
}

function lessReserved(capacity: Quantity, name: string, reserved: readonly Readonly<Record<string, string>>[]): Quantity {
  const left = reserved.reduce((rest, { [name]: text }) => (text === undefined ? rest : rest.sub(parseQuantity(text))), capacity);
  return left.sign < 0 ? newQuantity(0, 'DecimalSI') : left;
}

/** Go's name of the architecture. */
export function goArchitecture(): string {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };
  return names[process.arch] ?? process.arch;
}

export async function nodeInfo({
  runtimeVersion,
  kubeletVersion,
}: {
  runtimeVersion: string;
  kubeletVersion: string;
}): Promise<corev1.NodeSystemInfo> {
  const [machineID, systemUUID, bootID, osRelease] = await Promise.all([
    readTrimmed('/etc/machine-id'),
    readTrimmed('/sys/class/dmi/id/product_uuid'),
    readTrimmed('/proc/sys/kernel/random/boot_id'),
    readTrimmed('/etc/os-release'),
  ]);
  return {
    machineID,
    systemUUID: systemUUID || machineID,
    bootID,
    kernelVersion: release(),
    osImage: /^PRETTY_NAME="?(.*?)"?$/m.exec(osRelease)?.[1] ?? machine(),
    containerRuntimeVersion: runtimeVersion,
    kubeletVersion,
    kubeProxyVersion: '',
    operatingSystem: 'linux',
    architecture: goArchitecture(),
  };
}

/** Empty where the machine has no such file. */
async function readTrimmed(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

/** The first address of this machine that others can reach; the loopback's where there is none. */
export function machineAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
  const outer = all.filter(({ internal }) => !internal);
  return (outer.find(({ family }) => family === 'IPv4') ?? outer[0])?.address ?? '127.0.0.1';
}
