import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nameOf, namespaceOf, type Pod, uidOf } from './objects';
import { isMissing } from './program';

/** Where the kubelet keeps things: upstream's layout below --root-dir. */
export class Paths {
  constructor(
    readonly rootDir: string,
    readonly podLogsDir: string,
  ) {}

  get pods(): string {
    return join(this.rootDir, 'pods');
  }

  pod(uid: string): string {
    return join(this.pods, uid);
  }

  volumes(uid: string): string {
    return join(this.pod(uid), 'volumes');
  }

  /** Of one volume of a plugin such as `kubernetes.io/empty-dir`. */
  volume(uid: string, plugin: string, name: string): string {
    return join(this.volumes(uid), plugin.replace('/', '~'), name);
  }

  hostsFile(uid: string): string {
    return join(this.pod(uid), 'etc-hosts');
  }

  /** The folder of termination messages of a container. */
  container(uid: string, name: string): string {
    return join(this.pod(uid), 'containers', name);
  }

  get seccomp(): string {
    return join(this.rootDir, 'seccomp');
  }

  /** The folder of the logs of a pod. */
  podLogs(pod: Pod): string {
    return join(this.podLogsDir, `${namespaceOf(pod)}_${nameOf(pod)}_${uidOf(pod)}`);
  }

  /** Of whom there are logs, with their folders, by uid. */
  async logsOnDisk(): Promise<Map<string, string>> {
    const folders = await readdir(this.podLogsDir).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    const owned = folders.flatMap((folder) => {
      const [, uid] = /^[^_]+_[^_]+_([^_]+)$/.exec(folder) ?? [];
      return uid === undefined ? [] : [[uid, join(this.podLogsDir, folder)] as const];
    });
    return new Map(owned);
  }
}
