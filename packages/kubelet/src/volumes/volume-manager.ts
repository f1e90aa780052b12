import { mkdir, readdir, rm } from 'node:fs/promises';
import type { PodAddresses } from '../container/field-ref';
import type { MountedVolume } from '../container/mounts';
import { type Pod, specOf, uidOf, type Volume } from '../objects';
import type { Paths } from '../paths';
import { errorText, isMissing } from '../program';
import { resolveVolume } from './claims';
import { configMap, downwardApi, secret } from './config-map';
import { emptyDir } from './empty-dir';
import { hostPath } from './host-path';
import { local } from './local';
import { projected } from './projected';
import { unmountBelow } from './tmpfs';
import { MountError, type VolumePlugin, type VolumeSources, type VolumeSpec } from './volume';

/** The kinds of volumes. */
const PLUGINS: readonly VolumePlugin[] = [emptyDir, configMap, secret, downwardApi, projected, hostPath, local];

/** Nobody writes into those that the kubelet fills. */
const READ_ONLY: readonly VolumePlugin[] = [configMap, secret, downwardApi, projected];

/** A volume that could not be mounted, with its name. */
export class VolumeFailed extends Error {
  override readonly name = 'VolumeFailed';

  constructor(volume: string, cause: unknown) {
    super(`MountVolume.SetUp failed for volume "${volume}" : ${errorText(cause)}`, { cause });
  }
}

export interface MountOptions {
  readonly addresses: PodAddresses;
  readonly allocatable: Readonly<Record<string, string>>;
}

/** Makes the volumes of pods ready and takes them away. What it knows is on the disk, so that it can be started again at any time. */
export class VolumeManager {
  constructor(
    private readonly paths: Paths,
    private readonly sources: (pod: Pod) => VolumeSources,
  ) {}

  /** Makes all volumes ready, or brings them up to date. Rejects with a VolumeFailed; the others are ready then all the same. */
  async setUp(pod: Pod, options: MountOptions): Promise<ReadonlyMap<string, MountedVolume>> {
    await mkdir(this.paths.volumes(uidOf(pod)), { recursive: true, mode: 0o750 });
    const volumes = specOf(pod).volumes ?? [];
    const outcomes = await Promise.allSettled(volumes.map((volume) => this.setUpOne(pod, volume, options)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
    return new Map(outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])));
  }

  /** Unmounts and removes the volumes of a pod, known or not. */
  async tearDown(uid: string): Promise<void> {
    await unmountBelow(this.paths.pod(uid));
    await rm(this.paths.volumes(uid), { recursive: true, force: true });
  }

  /** Removes all that the disk has of a pod, its containers' last words too. */
  async remove(uid: string): Promise<void> {
    await this.tearDown(uid);
    await rm(this.paths.pod(uid), { recursive: true, force: true });
  }

  /** The uids that have folders. */
  async podsOnDisk(): Promise<string[]> {
    try {
      return await readdir(this.paths.pods);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  private async setUpOne(pod: Pod, asked: Volume, options: MountOptions): Promise<[string, MountedVolume]> {
    try {
      const sources = this.sources(pod);
      const { volume, readOnly } = await resolveVolume(pod, asked, sources);
      const plugin = pluginOf(volume);
      const path = plugin.hostPathOf?.(volume) ?? this.paths.volume(uidOf(pod), plugin.name, volume.name);
      if (!plugin.hostPathOf) await mkdir(path, { recursive: true, mode: 0o755 });
      await plugin.setUp({ pod, volume, folder: path, sources, ...options });
      return [volume.name, { path, readOnly: readOnly || READ_ONLY.includes(plugin) }];
    } catch (error) {
      throw new VolumeFailed(asked.name, error);
    }
  }
}

function pluginOf(volume: VolumeSpec): VolumePlugin {
  const plugin = PLUGINS.find((each) => each.supports(volume));
  if (plugin) return plugin;
  const type = Object.keys(volume).find((key) => key !== 'name') ?? 'none';
  throw new MountError(`volumes of type ${type} are not supported yet`);
}
