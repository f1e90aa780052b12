import { mkdir, readFile, realpath } from 'node:fs/promises';
import { cri } from '@typekube/cri-api';
import { isMissing, RpcError } from '../errors';
import { status } from '@grpc/grpc-js';
import type { SpecMount } from './runtime-spec';

const HIDDEN = ['nosuid', 'noexec', 'nodev'];

/** The mounts that every container has. A privileged one may write to sysfs and its cgroups. */
export function baseMounts(privileged: boolean): SpecMount[] {
  const access = privileged ? 'rw' : 'ro';
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: HIDDEN },
    { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'] },
    { destination: '/dev/pts', type: 'devpts', source: 'devpts', options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'] },
    { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: HIDDEN },
    { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...HIDDEN, access] },
    { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: [...HIDDEN, 'relatime', access] },
  ];
}

/** The files and folders that the sandbox gives, where the container brings none of its own. */
export function sandboxMounts(sources: Readonly<Record<string, string>>, own: readonly cri.IMount[], readonly: boolean): SpecMount[] {
  const taken = new Set(own.map(({ containerPath }) => containerPath));
  return Object.entries(sources)
    .filter(([destination]) => !taken.has(destination))
    .map(([destination, source]) => {
      // Whether a bind mount has the flags of its source, or only those that are named, depends on the OCI runtime.
      const options = destination === '/dev/shm' ? [...HIDDEN, 'rw'] : [readonly ? 'ro' : 'rw'];
      return { destination, source, type: 'bind', options: ['rbind', 'rprivate', ...options] };
    });
}

const PROPAGATION = {
  [cri.MountPropagation.PROPAGATION_PRIVATE]: 'rprivate',
  [cri.MountPropagation.PROPAGATION_HOST_TO_CONTAINER]: 'rslave',
  [cri.MountPropagation.PROPAGATION_BIDIRECTIONAL]: 'rshared',
};

/** The container's own mounts, parents before children. Missing host folders are made, as containerd does. */
export async function volumeMounts(mounts: readonly cri.Mount[]): Promise<SpecMount[]> {
  if (!mounts.length) return [];
  const made: SpecMount[] = [];
  const table = mountTable(await readFile('/proc/self/mountinfo', 'utf8'));
  for (const mount of mounts) made.push(await volumeMount(mount, table));
  return made.sort((a, b) => depth(a.destination) - depth(b.destination));
}

async function volumeMount(mount: cri.Mount, table: readonly HostMount[]): Promise<SpecMount> {
  if (mount.image) throw new RpcError(status.UNIMPLEMENTED, 'image volumes are not implemented');
  if (mount.uidMappings.length || mount.gidMappings.length) throw new RpcError(status.UNIMPLEMENTED, 'ID mapped mounts are not implemented');
  const source = await existing(mount.hostPath);
  if (mount.propagation !== cri.MountPropagation.PROPAGATION_PRIVATE) requireShared(source, mount.propagation, table);
  const access = mount.readonly ? [mount.recursiveReadOnly ? 'rro' : 'ro'] : [...keptFlags(source, table), 'rw'];
  const options = ['rbind', PROPAGATION[mount.propagation], ...access];
  return { destination: mount.containerPath, type: 'bind', source, options };
}

async function existing(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await mkdir(path, { recursive: true, mode: 0o755 });
    return realpath(path);
  }
}

/** runc leaves a writable bind mount the flags of its source, crun only those that are named. */
export function keptFlags(path: string, table: readonly HostMount[]): string[] {
  const flags = mountHolding(path, table)?.flags ?? [];
  return HIDDEN.filter((flag) => flags.includes(flag));
}

/** Propagation works only from a mount that shares; one that does not would silently give the container stale folders. */
function requireShared(path: string, propagation: cri.MountPropagation, table: readonly HostMount[]): void {
  const holding = mountHolding(path, table);
  const isShared = holding?.propagation.includes('shared:');
  const isSlave = holding?.propagation.includes('master:');
  const where = `path "${path}" is mounted on "${holding?.point ?? '/'}" but it is not a shared`;
  if (propagation === cri.MountPropagation.PROPAGATION_BIDIRECTIONAL && !isShared) throw new Error(`${where} mount`);
  if (!isShared && !isSlave) throw new Error(`${where} or slave mount`);
}

export interface HostMount {
  readonly point: string;
  readonly flags: readonly string[];
  readonly propagation: string;
}

/** `36 35 0:30 / /data rw,nosuid shared:9 - tmpfs tmpfs rw` */
export function mountTable(mountinfo: string): HostMount[] {
  return mountinfo.trim().split('\n').map((line) => {
    const [, , , , point = '/', flags = '', ...rest] = (line.split(' - ')[0] ?? '').split(' ');
    return { point, flags: flags.split(','), propagation: rest.join(' ') };
  });
}

/** The mount that a path lies on: of those over one point, the newest. */
function mountHolding(path: string, table: readonly HostMount[]): HostMount | undefined {
  const holding = table.filter(({ point }) => path === point || point === '/' || path.startsWith(`${point}/`));
  return holding.sort((a, b) => a.point.length - b.point.length).at(-1);
}

/** What the container's root must share for its mounts to pass on what happens on the host. */
export function rootfsPropagation(mounts: readonly cri.Mount[]): string | undefined {
  const kinds = mounts.map(({ propagation }) => propagation);
  if (kinds.includes(cri.MountPropagation.PROPAGATION_BIDIRECTIONAL)) return 'rshared';
  return kinds.includes(cri.MountPropagation.PROPAGATION_HOST_TO_CONTAINER) ? 'rslave' : undefined;
}

function depth(path: string): number {
  return path.split('/').filter(Boolean).length;
}
