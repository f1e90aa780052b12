import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { signalProcess, SystemCallError } from '@typekube/component-base/linux';
import type { Backend, ExecProcess, Exit, NewContainer, Rootfs, Stdio } from '../../backend';
import type { RuntimeSpec, SpecProcess, SpecResources } from '../../container/runtime-spec';
import { codeOf, detailsOf, ignoreNotFound, isNotFound, RpcError } from '../../errors';
import { containerd as api } from '../../generated/containerd';
import { ContainerdImages } from './images';
import { LayeredRootfs, layerFolders } from './layers';
import { containerdRuntime } from './oci-runtime';
import { startFailureText } from './start-failure';
import { connectContainerd, type Containerd, OWNER_LABEL, SNAPSHOTTER, toNanoseconds } from './services';

const SIGKILL = 9;

export interface ContainerdOptions {
  readonly socket: string;
  /** containerd's own namespace, in which everything of ours lies. */
  readonly namespace: string;
  /** containerd's root, for the usage of its file system. */
  readonly rootDir: string;
}

export interface RunOptions extends ContainerdOptions {
  /** The program that new containers are made by. */
  readonly ociRuntime: string;
  /** The folder of that program's state. It should not outlive a reboot. */
  readonly ociRuntimeRoot: string;
}

/** Runs containers by containerd's native services: snapshots, containers, tasks. */
export class ContainerdBackend implements Backend {
  readonly images: ContainerdImages;
  private readonly containerd: Containerd;
  private readonly runtime: ReturnType<typeof containerdRuntime>;

  constructor({ socket, namespace, rootDir, ociRuntime, ociRuntimeRoot }: RunOptions) {
    this.runtime = containerdRuntime(ociRuntime, ociRuntimeRoot);
    this.containerd = connectContainerd(socket, namespace);
    this.images = new ContainerdImages(this.containerd, rootDir);
  }

  async version(): Promise<string> {
    return (await this.containerd.version.Version({}, { timeoutMs: 5000 })).version;
  }

  /** Its snapshot is a root of containerd's garbage collection: the collector could come before the container's record does. */
  async prepareRootfs(id: string, chainId: string): Promise<Rootfs> {
    const { mounts } = await this.containerd.snapshots.Prepare({ snapshotter: SNAPSHOTTER, key: id, parent: chainId, labels: { ...labels(''), 'containerd.io/gc.root': new Date().toISOString() } });
    return new LayeredRootfs(layerFolders(mounts));
  }

  async create({ id, sandboxId, imageName, spec }: NewContainer): Promise<void> {
    const container = {
      id,
      image: imageName,
      labels: labels(sandboxId),
      runtime: this.runtime,
      snapshotter: SNAPSHOTTER,
      snapshotKey: id,
      spec: json('types.containerd.io/opencontainers/runtime-spec/1/Spec', spec),
    };
    await this.containerd.containers.Create({ container });
  }

  async spec(id: string): Promise<RuntimeSpec> {
    const { container } = await this.containerd.containers.Get({ id });
    if (!container?.spec) throw new Error(`containerd gave no spec for the container ${id}`);
    const parsed: RuntimeSpec = JSON.parse(Buffer.from(container.spec.value).toString('utf8'));
    return parsed;
  }

  async start(id: string, { stdin, stdout, stderr, terminal }: Stdio): Promise<number> {
    const { mounts } = await this.containerd.snapshots.Mounts({ snapshotter: SNAPSHOTTER, key: id });
    const { pid } = await describe('failed to create containerd task', this.createTask(id, { mounts, stdin, stdout, stderr, terminal }));
    try {
      await describe(`failed to start containerd task "${id}"`, this.containerd.tasks.Start({ containerId: id }));
    } catch (error) {
      await this.deleteTask(id);
      throw error;
    }
    return pid;
  }

  private async createTask(id: string, { mounts, ...stdio }: Stdio & { readonly mounts: api.types.IMount[] }): Promise<api.services.tasks.v1.CreateTaskResponse> {
    try {
      return await this.containerd.tasks.Create({ containerId: id, rootfs: mounts, ...stdio });
    } catch (error) {
      throw startFailure(error, (await this.spec(id)).process);
    }
  }

  wait(id: string): Promise<Exit> {
    return untilAnswered(() => this.containerd.tasks.Wait({ containerId: id })).then(toExit);
  }

  async isRunning(id: string): Promise<boolean> {
    try {
      const { process } = await this.containerd.tasks.Get({ containerId: id });
      const { Status } = api.v1.types;
      return process?.status === Status.RUNNING || process?.status === Status.PAUSED;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  /** The kernel takes the signal without the run of runc that it costs containerd; an old one does not, and containerd has to. */
  async kill(id: string, signal: number): Promise<void> {
    const pid = await this.pidOf(id);
    if (pid === undefined) return;
    try {
      signalProcess(pid, signal, () => isInContainer(pid, id));
    } catch (error) {
      if (!(error instanceof SystemCallError) || error.code !== 'ENOSYS') throw error;
      await ignoreNotFound(this.containerd.tasks.Kill({ containerId: id, signal }));
    }
  }

  /** The container's first process, if containerd knows of one. */
  private async pidOf(id: string): Promise<number | undefined> {
    try {
      return (await this.containerd.tasks.Get({ containerId: id })).process?.pid || undefined;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async deleteTask(id: string): Promise<void> {
    try {
      await ignoreNotFound(this.containerd.tasks.Delete({ containerId: id }));
    } catch (error) {
      if (codeOf(error) !== status.FAILED_PRECONDITION && !detailsOf(error).includes(STILL_RUNS)) throw error;
      await this.containerd.tasks.Kill({ containerId: id, signal: SIGKILL, all: true });
      await this.wait(id);
      await ignoreNotFound(this.containerd.tasks.Delete({ containerId: id }));
    }
  }

  async remove(id: string): Promise<void> {
    await this.deleteTask(id);
    await ignoreNotFound(this.containerd.containers.Delete({ id }));
    await ignoreNotFound(this.containerd.snapshots.Remove({ snapshotter: SNAPSHOTTER, key: id }));
  }

  async list(): Promise<string[]> {
    const { containers } = await this.containerd.containers.List({ filters: [`labels."${OWNER_LABEL}"==container`] });
    const ids = new Set(containers.map(({ id }) => id));
    const request = { snapshotter: SNAPSHOTTER, filters: [`labels."${OWNER_LABEL}"==container`] };
    for await (const { info } of this.containerd.connection.stream(api.services.snapshots.v1.Snapshots.List, request)) for (const { name } of info) ids.add(name);
    return [...ids];
  }

  async update(id: string, resources: SpecResources): Promise<void> {
    const any = json('types.containerd.io/opencontainers/runtime-spec/1/LinuxResources', resources);
    await this.containerd.tasks.Update({ containerId: id, resources: any });
  }

  async resize(process: ExecProcess | { readonly containerId: string }, { width, height }: { width: number; height: number }): Promise<void> {
    await this.containerd.tasks.ResizePty({ ...process, width, height });
  }

  async closeStdin(process: ExecProcess | { readonly containerId: string }): Promise<void> {
    await ignoreNotFound(this.containerd.tasks.CloseIO({ ...process, stdin: true }));
  }

  async exec({ containerId, execId }: ExecProcess, spec: SpecProcess, { stdin, stdout, stderr, terminal }: Stdio): Promise<number> {
    const any = json('types.containerd.io/opencontainers/runtime-spec/1/Process', spec);
    await describe('failed to create exec', this.containerd.tasks.Exec({ containerId, execId, stdin, stdout, stderr, terminal, spec: any }));
    try {
      const { pid } = await describe(`failed to start exec "${execId}"`, this.containerd.tasks.Start({ containerId, execId }).catch((error: unknown) => Promise.reject(startFailure(error, spec))));
      return pid;
    } catch (error) {
      await this.deleteExec({ containerId, execId });
      throw error;
    }
  }

  waitExec({ containerId, execId }: ExecProcess): Promise<Exit> {
    return untilAnswered(() => this.containerd.tasks.Wait({ containerId, execId })).then(toExit);
  }

  async killExec({ containerId, execId }: ExecProcess, signal: number): Promise<void> {
    await ignoreNotFound(this.containerd.tasks.Kill({ containerId, execId, signal }));
  }

  async deleteExec({ containerId, execId }: ExecProcess): Promise<void> {
    await ignoreNotFound(this.containerd.tasks.DeleteProcess({ containerId, execId }));
  }

  async writableUsage(id: string): Promise<{ bytes: number; inodes: number }> {
    const { size, inodes } = await this.containerd.snapshots.Usage({ snapshotter: SNAPSHOTTER, key: id });
    return { bytes: size, inodes };
  }

  close(): void {
    this.containerd.connection.close();
  }
}

/** A container's cgroup has its id for its name. */
function isInContainer(pid: number, id: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(id);
  } catch {
    // It has ended meanwhile.
    return false;
  }
}

const RETRY_MS = 500;

/** What a container's own shim says, which containerd passes on without a code. */
const STILL_RUNS = 'cannot delete a running process';

/** What containerd passes on from its connection to a shim that has just ended; soon after, it knows the task no more. */
const SHIM_GONE = 'ttrpc: closed';

/** Asks again while containerd restarts, or takes note that a process' own shim has died: what it says of the process then still counts. */
async function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (codeOf(error) !== status.UNAVAILABLE && !detailsOf(error).includes(SHIM_GONE)) throw error;
      await sleep(RETRY_MS, undefined, { ref: false });
    }
  }
}

function toExit({ exitStatus, exitedAt }: api.services.tasks.v1.WaitResponse): Exit {
  return { code: exitStatus, at: toNanoseconds(exitedAt) };
}

/** The error of a process that did not start, in the words of runc. */
function startFailure(error: unknown, { args: [program = ''] }: SpecProcess): RpcError {
  return new RpcError(codeOf(error) ?? status.UNKNOWN, startFailureText(detailsOf(error), program), error);
}

/** Puts before an error what was being done, as upstream's texts have it. */
async function describe<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new RpcError(codeOf(error) ?? status.UNKNOWN, `${what}: ${detailsOf(error)}`, error);
  }
}

/** Types of Go packages that containerd knows travel as JSON. */
function json(typeUrl: string, value: object): { type_url: string; value: Uint8Array } {
  return { type_url: typeUrl, value: Buffer.from(JSON.stringify(value)) };
}

function labels(sandboxId: string): Record<string, string> {
  return { [OWNER_LABEL]: 'container', ...(sandboxId && { [`${OWNER_LABEL}.sandbox`]: sandboxId }) };
}
