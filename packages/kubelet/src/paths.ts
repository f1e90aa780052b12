import { join } from 'node:path';
import { nameOf, namespaceOf, type Pod, uidOf } from './objects';

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
}
