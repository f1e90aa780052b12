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
      const access = readonly && destination !== '/dev/shm' ? 'ro' : 'rw';
      return { destination, source, type: 'bind', options: ['rbind', 'rprivate', access] };
    });
}

const PROPAGATION = {
  [cri.MountPropagation.PROPAGATION_PRIVATE]: 'rprivate',
  [cri.MountPropagation.PROPAGATION_HOST_TO_CONTAINER]: 'rslave',
  [cri.MountPropagation.PROPAGATION_BIDIRECTIONAL]: 'rshared',
};

/** The container's own mounts, parents before children. Missing host folders are made, as containerd does. */
export async function volumeMounts(mounts: readonly cri.Mount[]): Promise<SpecMount[]> {
  const made: SpecMount[] = [];
  for (const mount of mounts) made.push(await volumeMount(mount));
  return made.sort((a, b) => depth(a.destination) - depth(b.destination));
}

async function volumeMount(mount: cri.Mount): Promise<SpecMount> {
  if (mount.image) throw new RpcError(status.UNIMPLEMENTED, 'image volumes are not implemented');
  if (mount.uidMappings.length || mount.gidMappings.length) throw new RpcError(status.UNIMPLEMENTED, 'ID mapped mounts are not implemented');
  const source = await existing(mount.hostPath);
  if (mount.propagation !== cri.MountPropagation.PROPAGATION_PRIVATE) await requireShared(source, mount.propagation);
  const access = mount.readonly ? (mount.recursiveReadOnly ? 'rro' : 'ro') : 'rw';
  const options = ['rbind', PROPAGATION[mount.propagation], access];
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

/** Propagation works only from a mount that shares; one that does not would silently give the container stale folders. */
async function requireShared(path: string, propagation: cri.MountPropagation): Promise<void> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).trim().split('\n');
  const mounts = lines.map((line) => {
    const [head = '', tail = ''] = line.split(' - ', 1).concat(line.split(' ').slice(6).join(' '));
    return { point: head.split(' ')[4] ?? '/', optional: tail };
  });
  const holding = mounts.filter(({ point }) => path === point || point === '/' || path.startsWith(`${point}/`)).sort((a, b) => a.point.length - b.point.length).at(-1);
  const isShared = holding?.optional.includes('shared:');
  const isSlave = holding?.optional.includes('master:');
  const where = `path "${path}" is mounted on "${holding?.point ?? '/'}" but it is not a shared`;
  if (propagation === cri.MountPropagation.PROPAGATION_BIDIRECTIONAL && !isShared) throw new Error(`${where} mount`);
  if (!isShared && !isSlave) throw new Error(`${where} or slave mount`);
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
