import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Kubectl, type KubectlVersion } from './kubectl';
import { type ProgramResult, runProgram } from './process';

const TYPEKUBE = join(__dirname, '../../packages/cli/bin/typekube.js');
const MINUTE = 60_000;

/** A whole cluster on this machine, by `typekube`, in a folder of its own. One at a time: its components take their usual ports. */
export class Cluster {
  readonly dataDir: string;

  /** Its folder is made in another. */
  constructor(
    private readonly port: number,
    parent = tmpdir(),
  ) {
    this.dataDir = mkdtempSync(join(parent, 'typekube-e2e-'));
  }

  get kubeconfig(): string {
    return join(this.dataDir, 'admin.kubeconfig');
  }

  kubectl(version: KubectlVersion, namespace = 'default'): Kubectl {
    return new Kubectl(version, this, namespace);
  }

  run(...args: string[]): Promise<ProgramResult> {
    return runProgram(process.execPath, [TYPEKUBE, ...args, '--data-dir', this.dataDir], { timeoutMs: 3 * MINUTE });
  }

  async ok(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`typekube ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}\n${this.logs()}`);
    return stdout;
  }

  up(...options: string[]): Promise<string> {
    return this.ok(...this.upArgs(), ...options);
  }

  /** What comes of `up` with other options, which may fail. */
  tryUp(...args: string[]): Promise<ProgramResult> {
    return this.run(...this.upArgs(), ...args);
  }

  private upArgs(): string[] {
    return ['up', '--port', String(this.port), '--node-name', 'node-1'];
  }

  /** The same, with the image that the tests' pods are made of. */
  async upWithBusybox(...options: string[]): Promise<void> {
    await this.up(...options);
    await this.importBusybox();
  }

  /** Gives the runtime that image. */
  async importBusybox(): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'typekube-image-'));
    try {
      await this.ok('image', 'import', await busyboxArchive(folder, 'docker.io/library/busybox:1'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** The pids of the components, by name. */
  async pids(): Promise<Map<string, number>> {
    const rows = (await this.ok('status')).trim().split('\n').slice(1);
    return new Map(rows.map((row) => row.split(/\s+/)).map(([name = '', pid = '']) => [name, Number(pid)]));
  }

  /** Ends everything and forgets it, whatever the test has left. */
  async close(): Promise<void> {
    await this.run('down', '--purge');
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** What a component has logged so far. */
  log(name: string): string {
    return readFileSync(join(this.dataDir, 'logs', `${name}.log`), 'utf8');
  }

  private logs(): string {
    const folder = join(this.dataDir, 'logs');
    return readdirSync(folder)
      .map((name) => `== ${name}\n${readFileSync(join(folder, name), 'utf8').slice(-2000)}`)
      .join('\n');
  }
}

/** Asks again and again until the answer is yes; fails with what the last answer was. */
export async function eventually<T>(ask: () => T | Promise<T>, isDone: (answer: T) => boolean, timeoutMs = 2 * MINUTE): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (isDone(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`not so after ${timeoutMs / 1000} s: ${JSON.stringify(answer)}`);
    await delay(100);
  }
}

/** An archive as `docker save` writes it, of an image with busybox in it. */
export async function busyboxArchive(folder: string, name: string): Promise<string> {
  const root = join(folder, 'rootfs');
  for (const path of ['bin', 'tmp', 'etc']) mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, 'etc', 'passwd'), 'root:x:0:0:root:/:/bin/sh\n');
  const script = 'cp /bin/busybox "$1/bin/" && for a in sh cat cp echo env hostname httpd ls mkdir nc nslookup sleep tar wget; do ln -s busybox "$1/bin/$a"; done && tar -C "$1" -cf "$2/layer.tar" .';
  await must('sh', ['-c', script, 'sh', root, folder]);
  const digest = (await must('sha256sum', [join(folder, 'layer.tar')])).slice(0, 64);
  const config = { architecture: process.arch === 'x64' ? 'amd64' : process.arch, os: 'linux', config: { Cmd: ['sh'] }, rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] } };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify([{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }]));
  const archive = join(folder, 'image.tar');
  await must('tar', ['-C', folder, '-cf', archive, 'manifest.json', 'config.json', 'layer.tar']);
  return archive;
}

export async function must(command: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}
