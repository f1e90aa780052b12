import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from './program';
import { mountsBelow } from '../sandbox/namespaces';
import { connectContainerd } from '../backends/containerd/services';

const CONFIG = (folder: string): string => `version = 2
root = "${folder}/root"
state = "${folder}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "${folder}/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "${folder}/opt"
`;

/** A containerd of a test's own: everything of it lies in one temporary folder. */
export class TestContainerd {
  private process: ChildProcess | undefined;

  private constructor(
    readonly folder: string,
    /** A command that is to start it, by its words. */
    private readonly starter: readonly string[],
  ) {}

  static async start(starter: readonly string[] = []): Promise<TestContainerd> {
    const containerd = new TestContainerd(mkdtempSync(join(tmpdir(), 'cri-shim-')), starter);
    writeFileSync(join(containerd.folder, 'config.toml'), CONFIG(containerd.folder));
    await containerd.run();
    return containerd;
  }

  get socket(): string {
    return join(this.folder, 'containerd.sock');
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Starts it, the first time or after it was killed. */
  async run(): Promise<void> {
    const log = join(this.folder, 'containerd.log');
    const script = 'log=$1; shift; exec "$@" >>"$log" 2>&1';
    this.process = spawn('sh', ['-c', script, 'sh', log, ...this.starter, 'containerd', '--config', join(this.folder, 'config.toml')], { stdio: 'ignore' });
    const { version, connection } = connectContainerd(this.socket, 'default');
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          await version.Version({}, { timeoutMs: 1000 });
          return;
        } catch (error) {
          if (attempt > 100) throw new Error(`containerd does not start: ${readFileSync(log, 'utf8')}`, { cause: error });
          await sleep(50);
        }
      }
    } finally {
      connection.close();
    }
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { process } = this;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const ended = new Promise((resolve) => process.once('exit', resolve));
    process.kill(signal);
    await ended;
  }

  /** The processes that have this folder in their command line: containerd's shims. */
  shims(): number[] {
    return processesWith(this.folder).filter((pid) => pid !== this.process?.pid);
  }

  /** Ends it with all that it left, and removes its folder. */
  async close(): Promise<void> {
    await this.kill('SIGTERM');
    for (const pid of this.shims()) endProcess(pid);
    const mounts = await mountsBelow(this.folder);
    if (mounts.length) await runProgram('umount', ['--lazy', ...mounts]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && commandLine(name).includes(text))
    .map(Number);
}

function commandLine(pid: string): string {
  const path = `/proc/${pid}/cmdline`;
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself meanwhile.
  }
}

/** Packs an image of busybox as `docker save` would, and gives the archive's path. */
export async function busyboxArchive(folder: string, name: string, config: object = {}): Promise<string> {
  const root = join(folder, 'rootfs');
  for (const path of ['bin', 'etc', 'tmp', 'root', 'www']) mkdirSync(join(root, path), { recursive: true });
  await runProgram('cp', ['/bin/busybox', join(root, 'bin', 'busybox')]);
  for (const applet of ['sh', 'ls', 'cat', 'echo', 'sleep', 'id', 'httpd', 'wget', 'hostname', 'ip', 'env', 'touch', 'head', 'kill', 'ps', 'true', 'false', 'seq', 'tr', 'nc', 'stty', 'mount', 'test', 'readlink', 'yes']) {
    await runProgram('ln', ['-sf', 'busybox', join(root, 'bin', applet)]);
  }
  writeFileSync(join(root, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\nweb:x:1000:1001:web:/tmp:/bin/sh\n');
  writeFileSync(join(root, 'etc', 'group'), 'root:x:0:\nweb:x:1001:\nextra:x:1002:web\n');
  const layer = join(folder, 'layer.tar');
  await runProgram('tar', ['-C', root, '-cf', layer, '.']);
  const digest = (await runProgram('sha256sum', [layer])).slice(0, 64);
  const image = { architecture: process.arch === 'x64' ? 'amd64' : process.arch, os: 'linux', config: { Cmd: ['sh'], ...config }, rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] } };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(image));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify([{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }]));
  const archive = join(folder, 'image.tar');
  await runProgram('tar', ['-C', folder, '-cf', archive, 'manifest.json', 'config.json', 'layer.tar']);
  rmSync(root, { recursive: true });
  return archive;
}
