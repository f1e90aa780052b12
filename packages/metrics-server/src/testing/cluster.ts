import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiServices, type Client, endpointSlices, nodes, pods, services } from '@typekube/client';
import { eventually, TestApiServer } from '@typekube/client/testing';
import { parseFlags } from '@typekube/component-base';
import { FakeClock } from '@typekube/component-base/testing';
import { program } from '../config/flags';
import { run } from '../run';
import { FakeKubelet } from './fake-kubelet';
import { type FrontProxy, frontProxy } from './front-proxy';
import { nodeOf, podOf, servedAt } from './objects';

const RESOLUTION = 60_000;

/** A real API server, a kubelet that tells what a test says, and a metrics-server between them whose time stands still until it is told to pass. */
export class MetricsCluster implements AsyncDisposable {
  readonly clock = new FakeClock(Date.now());
  private readonly begun = this.clock.now();
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();

  private constructor(
    readonly folder: string,
    readonly api: TestApiServer,
    readonly client: Client,
    readonly kubelet: FakeKubelet,
    readonly proxy: FrontProxy,
    readonly port: number,
  ) {}

  /** With node `n`, the pods `web` and `db` on it, and `far` on a node whose kubelet is not there. `flags` are more of the metrics-server, which may name files in a folder. */
  static async start(flags: (folder: string) => readonly string[] = () => []): Promise<MetricsCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'metrics-server-'));
    const proxy = frontProxy(folder);
    const api = await TestApiServer.start(proxy.flags);
    const kubelet = await FakeKubelet.start();
    const cluster = new MetricsCluster(folder, api, await api.client(), kubelet, proxy, await freePort());
    await cluster.makeObjects();
    cluster.tell(0);
    cluster.begin(flags(folder));
    return cluster;
  }

  /** What the kubelet says so many rounds from the begin: the node uses a quarter of a core, each container a tenth. */
  private tell(round: number): void {
    const time = this.begun + round * RESOLUTION;
    const seconds = (round * RESOLUTION) / 1000;
    const startTime = this.begun / 1000 - 3600;
    const containers = [{ pod: 'web', container: 'a' }, { pod: 'web', container: 'b' }, { pod: 'db', container: 'a' }, { pod: 'far', container: 'a' }];
    const samples = containers.map((each) => ({ ...each, cpu: 100 + seconds / 10, memory: 64 * 2 ** 20, startTime }));
    this.kubelet.tell(time, { cpu: 1000 + seconds / 4, memory: 2 ** 30 }, samples);
  }

  /** Lets another scrape come, after which there is usage to tell. */
  async measure(): Promise<void> {
    const { asked } = this.kubelet;
    // Between two rounds nothing waits for the clock but the next one.
    const isBetween = (): boolean => asked.length > 0 && this.clock.waiting === 1;
    await eventually(isBetween);
    const before = asked.length;
    this.tell(before);
    this.clock.advance(RESOLUTION);
    await eventually(() => asked.length > before && isBetween());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop.abort();
    await this.running;
    await this.kubelet[Symbol.asyncDispose]();
    await this.api.stop();
    rmSync(this.folder, { recursive: true });
  }

  private begin(flags: readonly string[]): void {
    const ca = join(this.folder, 'kubelet-ca.crt');
    writeFileSync(ca, this.kubelet.ca);
    const outcome = parseFlags(program, [
      `--kubeconfig=${this.api.kubeconfigPath}`,
      `--secure-port=${this.port}`,
      `--cert-dir=${join(this.folder, 'certs')}`,
      '--kubelet-preferred-address-types=InternalIP',
      '--kubelet-use-node-status-port',
      `--kubelet-certificate-authority=${ca}`,
      `--metric-resolution=${RESOLUTION / 1000}s`,
      ...flags,
    ]);
    if (outcome.action !== 'run') throw new Error(outcome.text);
    this.running = run(outcome.options, this.stop.signal, { clock: this.clock });
  }

  private async makeObjects(): Promise<void> {
    const { service, slice, apiService } = servedAt(this.port);
    for (const node of [nodeOf('n', this.kubelet.port, { zone: 'a' }), nodeOf('m', 1, { zone: 'b' })]) {
      await this.client.for(nodes).create(node);
      await this.client.for(nodes).updateStatus(node);
    }
    for (const pod of [podOf('web', 'n', { app: 'web' }), podOf('db', 'n'), podOf('far', 'm')]) {
      const made = await this.client.for(pods, 'default').create(pod);
      await this.client.for(pods, 'default').updateStatus({ ...made, status: { phase: 'Running' } });
    }
    await this.client.for(services, service.metadata.namespace).create(service);
    await this.client.for(endpointSlices, slice.metadata.namespace).create(slice);
    await this.client.for(apiServices).create(apiService);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address === 'object' && address !== null) return address.port;
  throw new Error('the server had no port');
}
