import { readFile } from 'node:fs/promises';
import { setMaxListeners } from 'node:events';
import type { corev1 } from '@typekube/api';
import type { Selector } from '@typekube/apimachinery';
import { Client, type ClientConfig, Informer, loadClientConfig, nodes, pods } from '@typekube/client';
import { aborted, addProcessMetrics, checkInputFiles, type Clock, type KeyPair, loggerFromFlags, type Logger, type Member, MetricsRegistry, reloadKeyPair, runGroups, systemClock } from '@typekube/component-base';
import { type MetricsReader, nodeReader, podReader } from './api/read-metrics';
import type { NodeMetrics, PodMetrics } from './api/resource-metrics';
import { type MetricsServerFlags, program } from './config/flags';
import { nodeSelectorOf, validateFlags } from './config/validate';
import { createMetrics, type MetricsServerMetrics } from './metrics';
import { KubeletClient, kubeletConfig } from './scrape/kubelet-client';
import { ScrapeLoop } from './scrape/scrape-loop';
import { Scraper } from './scrape/scraper';
import { Authentication } from './serving/authentication';
import { Authorization } from './serving/authorization';
import { healthEndpoints } from './serving/health';
import { servingIdentity } from './serving/identity';
import { MetricsServer, type ServerOptions } from './serving/server';
import { followTrust, NO_TRUST, type Trust } from './serving/trust';
import { MetricsStorage } from './storage/storage';

const COMPONENT = 'metrics-server';

export interface RunOptions {
  /** What rounds of scraping and the age of answers go by. Default: the machine's. */
  readonly clock?: Clock;
}

/** The server from its flags to its end. Waits for the API server, says so, and rejects where it cannot start or its port is taken. */
export async function run(flags: MetricsServerFlags, signal: AbortSignal, { clock = systemClock }: RunOptions = {}): Promise<void> {
  validateFlags(flags);
  await checkInputFiles(program, flags);
  const log = loggerFromFlags(flags.logs, COMPONENT);
  const config = await configFrom(flags.server.kubeconfig);
  using client = new Client(config, { component: COMPONENT });
  using authentication = new Client(await configFrom(flags.authentication.authenticationKubeconfig, config), { component: COMPONENT });
  using authorization = new Client(await configFrom(flags.authorization.authorizationKubeconfig, config), { component: COMPONENT });
  const identity = await servingIdentity(flags.serving);
  await runWith({ flags, config, client, reviewers: { authentication, authorization }, identity, clock, log }, signal);
}

async function configFrom(path: string | undefined, otherwise?: ClientConfig): Promise<ClientConfig> {
  if (!path && otherwise) return otherwise;
  return loadClientConfig(path ? { path } : {});
}

interface Running {
  readonly flags: MetricsServerFlags;
  readonly config: ClientConfig;
  readonly client: Client;
  readonly reviewers: { readonly authentication: Client; readonly authorization: Client };
  readonly identity: KeyPair;
  readonly clock: Clock;
  readonly log: Logger;
}

async function runWith(running: Running, signal: AbortSignal): Promise<void> {
  const { flags, reviewers, log } = running;
  const registry = new MetricsRegistry();
  addProcessMetrics(registry);
  const scraping = scrapingOf(running, registry);
  let trust: Trust = NO_TRUST;
  let server: MetricsServer | undefined;
  const { clientCaFile } = flags.authentication;
  const onChange = (next: Trust): void => {
    trust = next;
    server?.trust(next.pem);
  };
  const clientCa = clientCaFile ? await readFile(clientCaFile, 'utf8') : undefined;
  const trustInformer = followTrust({ client: reviewers.authentication, clientCa, onChange, log });
  const informers = [scraping.nodes, scraping.pods, trustInformer];
  const options = serverOptions(running, { registry, scraping, trust: () => trust, isSynced: () => informers.every(({ hasSynced }) => hasSynced) });
  const serve: Member['run'] = async ({ signal: stopping, ready }) => {
    server = await MetricsServer.start(options);
    log.info(`Serving securely on ${options.address}:${server.port}`);
    ready();
    await Promise.all([followIdentity(flags.serving, server, { signal: stopping, log }), aborted(stopping)]);
    await server.stop();
  };
  const follow: Member['run'] = async ({ signal: stopping, ready }) => {
    setMaxListeners(0, stopping);
    const following = Promise.all(informers.map((informer) => informer.run(stopping)));
    await Promise.all(informers.map((informer) => informer.synced(stopping))).catch(() => undefined);
    ready();
    await following;
  };
  await runGroups(
    [
      { name: 'serving', members: [{ name: 'server', run: serve }] },
      { name: 'informers', members: [{ name: 'informers', run: follow }] },
      { name: 'scraping', members: [{ name: 'scraper', run: ({ signal: stopping }) => scraping.loop.run(stopping).finally(() => scraping.kubelets.close()) }] },
    ],
    signal,
  );
}

interface Scraping {
  readonly nodes: Informer<corev1.Node>;
  readonly pods: Informer<corev1.Pod>;
  readonly nodeSelector: Selector;
  readonly kubelets: KubeletClient;
  readonly storage: MetricsStorage;
  readonly metrics: MetricsServerMetrics;
  readonly loop: ScrapeLoop;
}

/** What asks the kubelets, and keeps what they tell. */
function scrapingOf({ flags, config, client, clock, log }: Running, registry: MetricsRegistry): Scraping {
  const { metricResolution: resolution } = flags.server;
  const metrics = createMetrics(registry, resolution);
  const storage = new MetricsStorage(resolution);
  const nodeSelector = nodeSelectorOf(flags.kubelet);
  const nodeInformer = new Informer(nodes, client.for(nodes), { transform: smallNode, logger: log });
  const podInformer = new Informer(pods, client.for(pods), { selection: { fieldSelector: 'status.phase=Running' }, transform: smallPod, logger: log });
  const kubelets = kubeletClient(flags.kubelet, config, clock);
  const scraper = new Scraper({ nodes: nodeInformer.indexer, pods: podInformer.indexer, nodeSelector, kubelets, metrics, clock, log });
  const loop = new ScrapeLoop({ scraper, storage, resolution, metrics, clock, log });
  return { nodes: nodeInformer, pods: podInformer, nodeSelector, kubelets, storage, metrics, loop };
}

interface ServingParts {
  readonly registry: MetricsRegistry;
  readonly scraping: Scraping;
  readonly trust: () => Trust;
  readonly isSynced: () => boolean;
}

function serverOptions({ flags, reviewers, identity, clock, log }: Running, { registry, scraping, trust, isSynced }: ServingParts): ServerOptions {
  const { storage, metrics, loop, nodeSelector } = scraping;
  const { authenticationTokenWebhookCacheTtl: cacheTtl } = flags.authentication;
  return {
    address: flags.serving.bindAddress,
    port: flags.serving.securePort,
    identity,
    authentication: new Authentication({ trust, client: reviewers.authentication, cacheTtl, clock }),
    authorization: new Authorization({
      client: reviewers.authorization,
      alwaysAllowPaths: flags.authorization.authorizationAlwaysAllowPaths,
      authorizedTtl: flags.authorization.authorizationWebhookCacheAuthorizedTtl,
      unauthorizedTtl: flags.authorization.authorizationWebhookCacheUnauthorizedTtl,
      clock,
    }),
    readers: new Map<string, MetricsReader<NodeMetrics | PodMetrics>>([
      ['nodes', nodeReader(scraping.nodes.indexer, nodeSelector, { storage, metrics, clock })],
      ['pods', podReader(scraping.pods.indexer, { storage, metrics, clock })],
    ]),
    health: healthEndpoints({ isSynced, isStorageReady: () => storage.isReady, checkTimely: () => loop.checkTimely(), log }),
    metrics: registry,
    log,
  };
}

function kubeletClient(flags: MetricsServerFlags['kubelet'], config: ClientConfig, clock: Clock): KubeletClient {
  const { kubeletPreferredAddressTypes: types, kubeletPort: port, kubeletUseNodeStatusPort: useStatusPort, kubeletRequestTimeout: timeoutMilliseconds } = flags;
  return new KubeletClient({ config: kubeletConfig(config, flags), address: { types, port, useStatusPort }, timeoutMilliseconds, clock });
}

/** A certificate that was given may be renewed. */
async function followIdentity({ tlsCertFile, tlsPrivateKeyFile }: MetricsServerFlags['serving'], server: MetricsServer, { signal, log }: { signal: AbortSignal; log: Logger }): Promise<void> {
  if (!tlsCertFile || !tlsPrivateKeyFile) return;
  const onError = (error: unknown): void => log.error('The new certificate cannot be used', error);
  await reloadKeyPair({ certFile: tlsCertFile, keyFile: tlsPrivateKeyFile }, (pair) => server.use(pair), { signal, onError });
}

/** What of a node is looked at. */
function smallNode({ apiVersion, kind, metadata, status }: corev1.Node): corev1.Node {
  const { name, labels, resourceVersion, uid } = metadata;
  const { addresses, daemonEndpoints, conditions } = status ?? {};
  const ready = conditions?.filter(({ type }) => type === 'Ready');
  return {
    apiVersion,
    kind,
    metadata: { ...(name && { name }), ...(labels && { labels }), ...(resourceVersion && { resourceVersion }), ...(uid && { uid }) },
    status: { ...(addresses && { addresses }), ...(daemonEndpoints && { daemonEndpoints }), ...(ready && { conditions: ready }) },
  };
}

/** What of a pod is looked at. */
function smallPod({ apiVersion, kind, metadata, spec }: corev1.Pod): corev1.Pod {
  const { name, namespace, labels, resourceVersion, uid } = metadata;
  return {
    apiVersion,
    kind,
    metadata: { ...(name && { name }), ...(namespace && { namespace }), ...(labels && { labels }), ...(resourceVersion && { resourceVersion }), ...(uid && { uid }) },
    spec: { containers: [], ...(spec?.nodeName && { nodeName: spec.nodeName }) },
  };
}
