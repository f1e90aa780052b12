import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The addresses of the network; the ones outside are of the ranges for documentation. */
export const NODE_IP = '192.0.2.1';
export const OUTSIDE_IP = '192.0.2.2';
export const POD_CIDR = '10.244.0.0/24';
export const POD_PORT = 8080;

export type Place = 'node' | 'outside' | `pod${number}`;

/** The end of a request: what the server said, or why there was no answer. */
export type Answer = string | 'refused' | 'silent';

/**
 * A node with pods on a bridge and a machine outside, each a network namespace of its own, so that nothing of the machine is
 * touched: no link, rule or route of it. Pods serve their own name over HTTP. The node's default route leads outside.
 */
export class TestNetwork {
  private readonly children: ChildProcess[] = [];

  private constructor(
    private readonly prefix: string,
    private readonly folder: string,
    readonly pods: readonly string[],
  ) {}

  static async create(podCount = 3): Promise<TestNetwork> {
    const folder = await mkdtemp(join(tmpdir(), 'kube-proxy-test-'));
    const pods = Array.from({ length: podCount }, (_, i) => `10.244.0.${i + 2}`);
    const network = new TestNetwork(`kp-${folder.slice(-6)}`, folder, pods);
    try {
      await network.build();
    } catch (error) {
      await network.remove();
      throw error;
    }
    return network;
  }

  /** The command that runs another one at that place. */
  at(place: Place): [string, ...string[]] {
    return ['ip', 'netns', 'exec', this.namespace(place)];
  }

  /** Runs to its end; gives the output. */
  async run(place: Place, ...command: readonly string[]): Promise<string> {
    const [program, ...before] = this.at(place);
    return (await execute(program, [...before, ...command])).stdout;
  }

  /** Starts what runs until the network is removed, or is ended before. */
  start(place: Place, ...command: readonly string[]): ChildProcess {
    const [program, ...before] = this.at(place);
    const child = spawn(program, [...before, ...command], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.children.push(child);
    return child;
  }

  /** Asks by HTTP, and waits a second at the most. */
  async ask(place: Place, address: string): Promise<Answer> {
    try {
      return (
        await this.run(place, 'timeout', '1', 'busybox', 'wget', '-q', '-Y', 'off', '-O', '-', `http://${address}/`)
      ).trim();
    } catch (error) {
      return String(error).includes('refused') ? 'refused' : 'silent';
    }
  }

  /** The different answers of so many requests, in order. */
  async askMany(place: Place, address: string, count = 30): Promise<Answer[]> {
    const answers = await Promise.all(Array.from({ length: count }, () => this.ask(place, address)));
    return [...new Set(answers)].sort();
  }

  /** A server at that place, which answers with a text. */
  async serve(place: Place, text: string, address: string): Promise<void> {
    const folder = join(this.folder, `${place}-${text}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'index.html'), `${text}\n`);
    this.start(place, 'busybox', 'httpd', '-f', '-p', address, '-h', folder);
    const port = address.slice(address.indexOf(':'));
    while ((await this.ask(place, `127.0.0.1${port}`)) !== text);
  }

  /** Ends everything in it, and itself. */
  async remove(): Promise<void> {
    await Promise.all(this.children.map(end));
    for (const place of this.places()) await execute('ip', ['netns', 'del', this.namespace(place)]).catch(ignoreAbsent);
    await rm(this.folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove();
  }

  private async build(): Promise<void> {
    for (const place of this.places()) {
      await execute('ip', ['netns', 'add', this.namespace(place)]);
      await this.run(place, 'ip', 'link', 'set', 'lo', 'up');
    }
    await this.run('node', 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
    await this.run('node', 'sh', '-c', 'ip link add br0 type bridge && ip addr add 10.244.0.1/24 dev br0 && ip link set br0 up');
    await this.connect('outside', { address: `${OUTSIDE_IP}/24`, gateway: NODE_IP });
    await this.run('node', 'sh', '-c', `ip addr add ${NODE_IP}/24 dev to-outside && ip route add default via ${OUTSIDE_IP}`);
    for (const [i, ip] of this.pods.entries()) {
      const place: Place = `pod${i + 1}`;
      await this.connect(place, { address: `${ip}/24`, gateway: '10.244.0.1' });
      await this.run('node', 'sh', '-c', `ip link set to-${place} master br0 && bridge link set dev to-${place} hairpin on`);
      await this.serve(place, place, `0.0.0.0:${POD_PORT}`);
    }
  }

  /** A cable to the node. */
  private async connect(place: Place, { address, gateway }: { address: string; gateway: string }): Promise<void> {
    const end = ['type', 'veth', 'peer', 'name', 'eth0', 'netns', this.namespace(place)];
    await this.run('node', 'ip', 'link', 'add', `to-${place}`, ...end);
    await this.run('node', 'ip', 'link', 'set', `to-${place}`, 'up');
    const commands = `ip addr add ${address} dev eth0 && ip link set eth0 up && ip route add default via ${gateway}`;
    await this.run(place, 'sh', '-c', commands);
  }

  private places(): Place[] {
    return ['node', 'outside', ...this.pods.map((_, i): Place => `pod${i + 1}`)];
  }

  private namespace(place: Place): string {
    return `${this.prefix}-${place}`;
  }
}

/** Ends a process as a crash would; resolves when it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** A network that could not be built lacks some of its namespaces. */
function ignoreAbsent(error: unknown): void {
  if (!String(error).includes('No such file or directory')) throw error;
}
