import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { networkInterfaces } from 'node:os';

/** What a cluster needs of the machine, with the Debian package that has it. */
const PROGRAMS: Readonly<Record<string, string>> = { containerd: 'containerd', runc: 'runc', nft: 'nftables', unshare: 'util-linux', flock: 'util-linux', ip: 'iproute2', iptables: 'iptables' };

/** CNI's plugins that the pod network is made of, and where runtimes look for them. */
const PLUGINS = ['bridge', 'host-local', 'portmap'];
const PLUGIN_FOLDERS = ['/opt/cni/bin', '/usr/lib/cni'];
const PLUGIN_PACKAGE = 'containernetworking-plugins';

export interface HostFacts {
  readonly uid: number | undefined;
  /** As in `PATH`. */
  readonly path: string;
  readonly pluginFolders: readonly string[];
}

/** Fails with what to install or how to call it. */
export function checkHost(): void {
  const problem = hostProblem('up', { uid: process.getuid?.(), path: process.env['PATH'] ?? '', pluginFolders: PLUGIN_FOLDERS });
  if (problem) throw new Error(problem);
}

/** Others than root cannot even see whether there is a cluster. */
export function checkRoot(command: string): void {
  const problem = rootProblem(command, process.getuid?.());
  if (problem) throw new Error(problem);
}

/** Why a cluster cannot be started here, and what to do. */
export function hostProblem(command: string, { uid, path, pluginFolders }: HostFacts): string | undefined {
  const programs = Object.keys(PROGRAMS).filter((program) => !findProgram(program, path.split(delimiter)));
  const plugins = PLUGINS.filter((plugin) => !findProgram(plugin, pluginFolders));
  const missing = [...programs, ...plugins.map((plugin) => `CNI plugin ${plugin}`)];
  const packages = [...programs.map((program) => PROGRAMS[program]), ...(plugins.length ? [PLUGIN_PACKAGE] : [])];
  const install = `not found: ${missing.join(', ')}. On Debian or Ubuntu: apt-get install ${[...new Set(packages)].join(' ')}`;
  return rootProblem(command, uid) ?? (missing.length ? install : undefined);
}

function rootProblem(command: string, uid: number | undefined): string | undefined {
  return uid === 0 ? undefined : `typekube ${command} needs root: it works on network namespaces, mounts and cgroups. Try: sudo typekube ${command}`;
}

/** The first executable file of that name. */
export function findProgram(name: string, folders: readonly string[]): string | undefined {
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
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
