import { chmod, mkdir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { cri } from '@typekube/cri-api';
import type { Container } from '../objects';
import { isMissing } from '../program';
import { ContainerConfigError } from './env';
import { expand } from './expand';
import type { EnvironmentVariable } from './service-env';

/** Who may do what, and that new files belong to the folder's group. */
const PERMISSIONS = 0o2777;

/** Where a volume of the pod lies on the node. */
export interface MountedVolume {
  readonly path: string;
  readonly readOnly: boolean;
}

type VolumeMount = NonNullable<Container['volumeMounts']>[number];

/** The mounts of a container's volumes. Rejects with a ContainerConfigError. */
export async function volumeMounts(
  container: Container,
  volumes: ReadonlyMap<string, MountedVolume>,
  environment: readonly EnvironmentVariable[],
): Promise<cri.IMount[]> {
  return Promise.all((container.volumeMounts ?? []).map((mount) => toMount(mount, volumes, environment)));
}

async function toMount(
  mount: VolumeMount,
  volumes: ReadonlyMap<string, MountedVolume>,
  environment: readonly EnvironmentVariable[],
): Promise<cri.IMount> {
  const volume = volumes.get(mount.name);
  if (!volume) throw new ContainerConfigError(`volume "${mount.name}" not found in the volumes of the pod`);
  const subPath = mount.subPathExpr ? expandStrictly(mount.subPathExpr, environment) : (mount.subPath ?? '');
  return {
    containerPath: mount.mountPath.startsWith('/') ? mount.mountPath : `/${mount.mountPath}`,
    hostPath: subPath ? await safeSubPath(volume.path, subPath) : volume.path,
    readonly: volume.readOnly || (mount.readOnly ?? false),
    propagation: propagationOf(mount.mountPropagation),
    recursiveReadOnly: mount.recursiveReadOnly === 'Enabled',
  };
}

function propagationOf(text: string | undefined): cri.MountPropagation {
  if (text === 'Bidirectional') return cri.MountPropagation.PROPAGATION_BIDIRECTIONAL;
  return text === 'HostToContainer'
    ? cri.MountPropagation.PROPAGATION_HOST_TO_CONTAINER
    : cri.MountPropagation.PROPAGATION_PRIVATE;
}

function expandStrictly(text: string, environment: readonly EnvironmentVariable[]): string {
  const values = new Map(environment.map(({ name, value }) => [name, value]));
  return expand(text, (name) => {
    const value = values.get(name);
    if (value === undefined) throw new ContainerConfigError(`missing value for "${name}"`);
    return value;
  });
}

/**
 * A path below a volume, made a folder where it is missing: with the volume's own permissions, so that who may write to the volume may write
 * there. Symbolic links must not lead out of the volume.
 */
export async function safeSubPath(volume: string, subPath: string): Promise<string> {
  if (subPath.startsWith('/') || subPath.split('/').includes('..'))
    throw new ContainerConfigError(`subPath "${subPath}" must not be absolute or contain ".."`);
  const root = await realpath(volume);
  const wanted = join(root, subPath);
  await checkParents(root, wanted);
  try {
    return within(root, await realpath(wanted), subPath);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const mode = (await stat(root)).mode & PERMISSIONS;
  await mkdir(wanted, { recursive: true, mode });
  const made = within(root, await realpath(wanted), subPath);
  // The mask of the process must not take anything away.
  await chmod(made, mode);
  return made;
}

/** The longest part of the path that exists must lie in the volume before anything is made below it. */
async function checkParents(root: string, wanted: string): Promise<void> {
  for (let path = wanted; path.length > root.length; path = resolve(path, '..')) {
    try {
      within(root, await realpath(path), relative(root, wanted));
      return;
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

function within(root: string, path: string, subPath: string): string {
  if (path === root || path.startsWith(`${root}/`)) return path;
  throw new ContainerConfigError(`failed to prepare subPath for volumeMount: subPath "${subPath}" leads out of the volume`);
}
