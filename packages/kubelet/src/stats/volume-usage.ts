import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock } from '@typekube/component-base';
import type { Paths } from '../paths';
import { isMissing } from '../program';
import { type DiskUsage, diskUsage } from './disk-usage';

interface Entry {
  readonly at: number;
  readonly volumes: ReadonlyMap<string, DiskUsage>;
}

/** What the volumes of pods take of the disk that lie in the pods' own folders. It is counted again after a while only: there may be many files. */
export class VolumeUsage {
  private readonly known = new Map<string, Entry>();

  constructor(private readonly options: { readonly paths: Paths; readonly clock: Clock; readonly maxAge: number }) {}

  /** By the names of the volumes. */
  async of(uid: string): Promise<ReadonlyMap<string, DiskUsage>> {
    const { clock, maxAge } = this.options;
    const old = this.known.get(uid);
    if (old && clock.monotonic() - old.at < maxAge) return old.volumes;
    const volumes = await this.measure(uid);
    this.known.set(uid, { at: clock.monotonic(), volumes });
    return volumes;
  }

  /** Forgets all pods but those. */
  keep(uids: ReadonlySet<string>): void {
    for (const uid of this.known.keys()) if (!uids.has(uid)) this.known.delete(uid);
  }

  private async measure(uid: string): Promise<ReadonlyMap<string, DiskUsage>> {
    const root = this.options.paths.volumes(uid);
    const volumes = new Map<string, DiskUsage>();
    for (const plugin of await namesIn(root))
      for (const name of await namesIn(join(root, plugin))) volumes.set(name, await diskUsage(join(root, plugin, name)));
    return volumes;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
