import type { ImageStore } from './images/image-store';
import type { RuntimeSpec, SpecProcess, SpecResources } from './container/runtime-spec';

/** Where a process' streams go: paths of FIFOs that are open for reading (or writing) before it starts; empty for none. */
export interface Stdio {
  readonly stdin: string;
  readonly stdout: string;
  /** Empty with a terminal: it has one output. */
  readonly stderr: string;
  readonly terminal: boolean;
}

export interface Exit {
  readonly code: number;
  /** Nanoseconds since 1970. */
  readonly at: number;
}

/** The files of a container before it runs. */
export interface Rootfs {
  /** The text of a regular file such as `etc/passwd`, or undefined. Never follows links: they could lead out of the container. */
  readFile(path: string): Promise<string | undefined>;
}

export interface NewContainer {
  readonly id: string;
  readonly sandboxId: string;
  readonly imageName: string;
  readonly spec: RuntimeSpec;
}

/** A process beside a container's first: of `exec`. */
export interface ExecProcess {
  readonly containerId: string;
  readonly execId: string;
}

/** What runs containers: containerd, or nothing at all on a simulated node. */
export interface Backend {
  readonly images: ImageStore;
  /** The version of what runs the containers. Fails while it cannot be reached. */
  version(): Promise<string>;
  /** Makes the writable root file system of a container on its image. */
  prepareRootfs(id: string, chainId: string): Promise<Rootfs>;
  create(container: NewContainer): Promise<void>;
  /** The spec that a container was created with. */
  spec(id: string): Promise<RuntimeSpec>;
  /** Starts the container's first process and gives its number on the host. */
  start(id: string, stdio: Stdio): Promise<number>;
  /** Resolves when the first process has ended; rejects with NOT_FOUND when there is none. Survives restarts of the runtime. */
  wait(id: string): Promise<Exit>;
  isRunning(id: string): Promise<boolean>;
  /** Does nothing where the process has ended already. */
  kill(id: string, signal: number): Promise<void>;
  /** Takes away the ended process and its runtime; the container and its files stay. Idempotent. */
  deleteTask(id: string): Promise<void>;
  /** Takes away all that there is of a container. Idempotent. */
  remove(id: string): Promise<void>;
  /** The containers that are ours, also those that no record is kept of. */
  list(): Promise<string[]>;
  update(id: string, resources: SpecResources): Promise<void>;
  resize(process: ExecProcess | { readonly containerId: string }, size: { readonly width: number; readonly height: number }): Promise<void>;
  /** The runtime holds a process' input open too, so that a restart here does not end it: lets go of it. */
  closeStdin(process: ExecProcess | { readonly containerId: string }): Promise<void>;
  exec(process: ExecProcess, spec: SpecProcess, stdio: Stdio): Promise<number>;
  waitExec(process: ExecProcess): Promise<Exit>;
  killExec(process: ExecProcess, signal: number): Promise<void>;
  deleteExec(process: ExecProcess): Promise<void>;
  /** Bytes and inodes of what the container wrote. */
  writableUsage(id: string): Promise<{ readonly bytes: number; readonly inodes: number }>;
  close(): void;
}
