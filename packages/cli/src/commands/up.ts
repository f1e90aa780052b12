import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { writeAddons } from '../cluster/addons';
import { begunAt, forgetBeginning, noteBeginning, readBeginning } from '../cluster/beginning';
import { makeBridge } from '../cluster/bridge';
import { checkOptions } from '../cluster/check-options';
import { dnsAddon, podGateway } from '../cluster/dns-addon';
import { checkHost, machineAddress, resolvConfForPods } from '../cluster/host';
import { checkFolder, type Layout, layoutOf } from '../cluster/layout';
import { endLeftovers } from '../cluster/leftovers';
import { lockFolder } from '../cluster/lock';
import { masqueradePods } from '../cluster/masquerade';
import { chooseOciRuntime, type MissingMount, mountScript, probeOciRuntime } from '../cluster/oci-runtime';
import { type ClusterOptions, containerdConfig, networkConfig, POD_BRIDGE, PORTS } from '../cluster/plan';
import { readState } from '../cluster/state';
import { waitForCluster } from '../cluster/wait';
import { writeClusterPki } from '../pki/cluster-pki';
import { shellWord } from '../shell-word';

export interface UpOptions {
  readonly dataDir: string;
  readonly nodeName?: string;
  readonly nodeIp?: string;
  readonly port: number;
  readonly podCidr: string;
  readonly serviceCidr: string;
  readonly without: readonly string[];
  /** Seconds to wait until the node is ready. */
  readonly timeout: number;
  readonly ociRuntime?: string;
}

/** Time that the supervisor has to begin. */
const SUPERVISOR_MS = 10_000;

/**
 * Starts a cluster on this machine and waits until its node is ready. Fails with what to do if it cannot be. One that an earlier `up` has started and has
 * not seen ready is waited for.
 */
export async function up(options: UpOptions): Promise<void> {
  checkHost();
  checkOptions(options);
  const { mounts } = chooseOciRuntime(options.ociRuntime, probeOciRuntime());
  const layout = layoutOf(resolve(options.dataDir));
  checkFolder(layout);
  const lock = await lockFolder(layout.root, 0);
  const started = performance.now();
  const cluster = clusterOptions(options);
  try {
    if (readState(layout)) goOn(layout, cluster);
    else await start(layout, cluster, mounts);
  } catch (error) {
    lock.abandon();
    throw error;
  }
  lock.release();
  await finish(layout, cluster, options.timeout * 1000);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`Node ${cluster.nodeName} is ready after ${seconds} s.\n\n  export KUBECONFIG=${shellWord(layout.adminKubeconfig)}\n  kubectl get pods -A\n`);
}

function clusterOptions(options: UpOptions): ClusterOptions {
  const resolvConf = resolvConfForPods();
  return {
    nodeName: options.nodeName ?? hostname().toLowerCase(),
    nodeAddress: options.nodeIp ?? machineAddress(),
    apiPort: options.port,
    podCidr: options.podCidr,
    serviceCidr: options.serviceCidr,
    without: options.without,
    ...(resolvConf && { resolvConf }),
    ...(options.ociRuntime !== undefined && { ociRuntime: options.ociRuntime }),
  };
}

/** Fails where the cluster that runs is not one that still has to become what is asked for. */
function goOn(layout: Layout, cluster: ClusterOptions): void {
  const { root } = layout;
  const begun = readBeginning(layout);
  if (!begun) throw new Error(`a cluster runs in ${root} already: typekube status --data-dir=${root}`);
  if (!isDeepStrictEqual(begun, cluster)) {
    throw new Error(`a cluster that was begun with other options runs in ${root}, and is not ready: typekube down --data-dir=${root} ends it`);
  }
  process.stdout.write(`The cluster in ${root} has been started already, and is waited for.\n`);
}

/** Starts the supervisor. From then on other commands find the cluster. */
async function start(layout: Layout, cluster: ClusterOptions, mounts: readonly MissingMount[]): Promise<void> {
  await endLeftovers(layout.root);
  await checkPorts(cluster);
  await prepare(layout, cluster);
  supervise(layout, cluster, mounts);
  for (const deadline = Date.now() + SUPERVISOR_MS; !readState(layout); await delay(20)) {
    if (Date.now() > deadline) throw new Error(`the cluster did not start: see ${layout.logs}/supervisor.log`);
  }
}

/** Waits until pods can be run and find each other. Where that takes too long the cluster stays: another `up` goes on from there. */
async function finish(layout: Layout, cluster: ClusterOptions, timeoutMs: number): Promise<void> {
  const addons = cluster.without.includes('kube-dns') ? [] : dnsAddon(cluster);
  const account = !cluster.without.includes('kube-controller-manager');
  const awaited = { nodeName: cluster.nodeName, begunAt: begunAt(layout), account, timeoutMs };
  try {
    await Promise.all([waitForCluster(layout, awaited), writeAddons(layout, addons, timeoutMs)]);
  } catch (error) {
    if (!readState(layout)) throw error;
    throw new Error(`${(error as Error).message}. The cluster is not stopped: the same command again waits on, typekube down --data-dir=${layout.root} ends it`, {
      cause: error,
    });
  }
  forgetBeginning(layout);
}

async function prepare(layout: Layout, cluster: ClusterOptions): Promise<void> {
  const folders = [layout.pki, layout.logs, layout.run, layout.cni, layout.ipam, layout.kubelet, layout.manifests, layout.containerd.root, layout.containerd.state];
  for (const folder of folders) await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeClusterPki(layout, { nodeName: cluster.nodeName, server: `https://127.0.0.1:${cluster.apiPort}` });
  noteBeginning(layout, cluster);
  await writeFile(layout.containerd.config, containerdConfig(layout));
  masqueradePods(cluster.podCidr);
  makeBridge({ name: POD_BRIDGE, address: podGateway(cluster), prefixLength: Number(cluster.podCidr.split('/')[1]) });
  await writeFile(join(layout.cni, '10-typekube.conflist'), JSON.stringify(networkConfig(layout, cluster), undefined, 2));
}

/**
 * The supervisor outlives this command. It has mounts of its own, all shared, because the mounts of pods must reach from the kubelet to
 * the runtime, which a private root does not allow. What the OCI runtime needs is mounted there too: it goes with the last process of the cluster,
 * however that ends. Where a mount is refused, the supervisor sees that it is missing.
 */
function supervise(layout: Layout, cluster: ClusterOptions, mounts: readonly MissingMount[]): void {
  const log = openSync(join(layout.logs, 'supervisor.log'), 'a', 0o600);
  const script = `mount --make-rshared / || exit\n${mountScript(mounts)}exec "$@"`;
  const command = [process.execPath, process.argv[1]!, 'supervise', layout.root, JSON.stringify(cluster)];
  const child = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script, layout.cgroups, ...command], {
    stdio: ['ignore', log, log],
    detached: true,
  });
  child.unref();
}

/** Another cluster, or another Kubernetes, on this machine shows by the ports it has taken. */
async function checkPorts({ apiPort, without }: ClusterOptions): Promise<void> {
  await checkPort(apiPort, 'Choose another with --port');
  for (const [component, ports] of Object.entries(PORTS)) {
    if (without.includes(component)) continue;
    for (const port of ports) await checkPort(port, `It is the ${component}'s: does another Kubernetes run here?`);
  }
}

async function checkPort(port: number, advice: string): Promise<void> {
  await new Promise<void>((done, fail) => {
    const probe = createServer();
    probe.once('error', (error) => fail(new Error(`port ${port} cannot be used: ${error.message}. ${advice}`, { cause: error })));
    probe.listen(port, () => probe.close(() => done()));
  });
}
