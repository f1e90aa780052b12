import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { networkInterfaces } from 'node:os';

/** What a cluster needs of the machine, with the Debian package that has it. */
const PROGRAMS: Readonly<Record<string, string>> = { containerd: 'containerd', runc: 'runc', nft: 'nftables', unshare: 'util-linux', ip: 'iproute2', iptables: 'iptables' };

/** Fails with what to install or how to call it. */
export function checkHost(): void {
  if (process.getuid?.() !== 0) throw new Error('typekube up needs root: it makes network namespaces, mounts and cgroups. Try: sudo typekube up');
  const missing = Object.keys(PROGRAMS).filter((program) => !findProgram(program));
  if (missing.length === 0) return;
  const packages = missing.map((program) => PROGRAMS[program]).join(' ');
  throw new Error(`not found: ${missing.join(', ')}. On Debian or Ubuntu: apt-get install ${packages} containernetworking-plugins`);
}

function findProgram(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The machine's first address that others can reach. Fails where there is none: the flag then says which to take. */
export function machineAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
  const found = all.find(({ family, internal }) => family === 'IPv4' && !internal);
  if (!found) throw new Error('this machine has no address but loopback: give one with --node-ip');
  return found.address;
}

/** Runs a program whose failure does not matter, such as removing what may not be there. */
export function tryRun(command: string, ...args: string[]): void {
  spawnSync(command, args, { stdio: 'ignore' });
}

/** What systemd-resolved keeps beside its stub, whose loopback address pods could not reach (as kubeadm chooses). */
const RESOLVED_CONF = '/run/systemd/resolve/resolv.conf';

/** The file with resolvers that pods can reach; undefined: it is the usual one. */
export function resolvConfForPods(): string | undefined {
  return existsSync(RESOLVED_CONF) ? RESOLVED_CONF : undefined;
}
