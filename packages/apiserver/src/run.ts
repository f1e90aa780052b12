import { join } from 'node:path';
import { aborted, checkInputFiles, flagValues, loggerFromFlags, type Logger, reloadKeyPair, systemClock, ZPages } from '@typekube/component-base';
import { builtInDefinitions, parseRuntimeConfig, type RuntimeConfig } from '@typekube/api';
import { type EtcdTlsOptions, openEmbeddedStore, openEtcdStore, type Store, type StoreObserver } from '@typekube/storage';
import type { Router } from 'express';
import { aggregationFromFlags } from './aggregation/from-flags';
import { admissionFromFlags } from './admission/from-flags';
import { admissionMetrics } from './admission/metrics';
import { auditorFromFlags } from './audit/from-flags';
import { addAuditMetrics } from './audit/metrics';
import { type Authentication, authenticationFromFlags } from './authn/from-flags';
import { authenticationMetrics } from './authn/metrics';
import { Authorization } from './authz/authorization';
import { authorizationMetrics, decisionMetrics } from './authz/metrics';
import { webhookMetrics } from './authz/webhook/metrics';
import { ClusterObjects } from './bootstrap/cluster-objects';
import { reloadMetrics } from './config/reload-metrics';
import { featureGateWarnings, zPagesOf } from './config/feature-gates';
import { program, type ServerOptions } from './config/flags';
import { tlsOptions } from './config/tls-flags';
import { addFlowControlDumps } from './flow-control/dump';
import { flowControlFromFlags } from './flow-control/from-flags';
import { addFlowControlMetrics } from './flow-control/metrics';
import { encryptFromFlags, type StoreAtRest } from './encryption/from-flags';
import { route } from './handlers/non-resource-handler';
import { eventHooks } from './hooks/events';
import { namespaceHooks } from './hooks/namespaces';
import { sendBytes } from './http/respond';
import { OpenAPIRoutes } from './openapi/routes';
import { ApiServer } from './server';
import { addHealthRoutes } from './serving/health-routes';
import { startCompaction } from './serving/compaction';
import { measureStore } from './serving/measured-store';
import { firstAddress } from './serving/first-address';
import { ServerMetrics } from './serving/metrics';
import { addMetricsRoutes } from './serving/metrics-routes';
import { addFeatureMetrics, handshakeErrors } from './serving/process-wide-metrics';
import { requestFacts } from './serving/request-facts';
import { SliMetrics } from './serving/sli-metrics';
import { addZPages, ENDPOINTS } from './serving/zpage-routes';
import { addStoreSize } from './serving/store-size';
import { addCacheMetrics } from './serving/cache-metrics';
import { watchEventMetrics, watchListMetrics } from './serving/watch-metrics';
import { loadPki, ownSigningKey, type Pki, writeAdminKubeconfig } from './serving/pki';
import { VERSION } from './version';

/** Told of the running server, for those who started it in their own process. */
export type OnReady = (server: ApiServer) => void;

/** The API server from its flags to its end: resolves when drained after `signal`. Fails with a clear message if it cannot start. */
export async function run(options: ServerOptions, signal: AbortSignal, onReady?: OnReady): Promise<void> {
  const log = loggerFromFlags(options.logs, 'kube-apiserver');
  checkOptions(options);
  await checkInputFiles(program, options);
  for (const warning of featureGateWarnings(options.features.featureGates)) log.warn(warning);
  const metrics = new ServerMetrics();
  const opened = await openStore(options, log);
  try {
    const atRest = await encryptFromFlags(options.encryption, measureStore(opened, metrics.registry), {
      clock: systemClock,
      log,
      onReload: reloadMetrics(metrics.registry, 'encryption'),
      metrics: metrics.registry,
    });
    try {
      await serve(options, { log, metrics, atRest, signal, onReady });
    } finally {
      atRest.stop();
    }
  } finally {
    await opened.close();
  }
}

interface Running {
  readonly log: Logger;
  readonly metrics: ServerMetrics;
  readonly atRest: StoreAtRest;
  readonly signal: AbortSignal;
  readonly onReady: OnReady | undefined;
}

async function serve(options: ServerOptions, { log, metrics, atRest, signal, onReady }: Running): Promise<void> {
  const { store } = atRest;
  const slis = new SliMetrics();
  const pki = await readPki(options);
  const admission = await admissionFromFlags(options.admission);
  const aggregation = await aggregationFromFlags(options.aggregator, { clock: systemClock, metrics: metrics.registry, log });
  const { serviceClusterIpRange, serviceNodePortRange } = options.resources;
  const auditor = await auditorFromFlags(options.audit, { clock: systemClock, log });
  if (auditor) addAuditMetrics(metrics.registry, auditor);
  const authorization = await Authorization.fromFlags(options.authorization, log, { onReload: reloadMetrics(metrics.registry, 'authorization'), onDecision: decisionMetrics(metrics.registry), onWebhook: webhookMetrics(metrics.registry) });
  const core = (): ApiServer['core'] => server.core;
  const { serving } = options;
  const cluster = new ClusterObjects({ core, store, serviceClusterIpRange, serviceNodePortRange, serving, clock: systemClock, log });
  const urlAt = (host: string): string => `https://${host.includes(':') ? `[${host}]` : host}:${server.port}`;
  const serverUrl = (): string => urlAt(options.serving.advertiseAddress ?? reachable(options.serving));
  const authentication = await authenticationFromFlags(options, {
    core,
    serverUrl,
    ownSigningKey: () => ownSigningKey(certDirOf(options)),
    ownCA: pki.clientCA,
    clock: systemClock,
    log,
    metrics: metrics.registry,
    onReload: reloadMetrics(metrics.registry, 'authentication'),
  });
  const server: ApiServer = new ApiServer({
    store,
    isStale: atRest.isStale,
    runtimeConfig: runtimeConfigOf(options),
    authenticators: authentication.authenticators,
    tokenIssuer: authentication.tokenIssuer,
    ...(authentication.stripHeaders && { stripHeaders: authentication.stripHeaders }),
    allowAnonymous: allowsAnonymous(authentication, authorization, log),
    ...(authentication.anonymous.paths && { anonymousPaths: authentication.anonymous.paths }),
    authorizer: (endpoints) => authorization.authorizer(endpoints),
    admission,
    aggregation: aggregation.options,
    observed: {
      onAuthentication: authenticationMetrics(metrics.registry),
      onAuthorization: authorizationMetrics(metrics.registry),
      admission: admissionMetrics(metrics.registry),
      watchEvents: watchEventMetrics(metrics.registry),
      watchLists: watchListMetrics(metrics.registry),
    },
    inFlight: { maxMutating: options.limits.maxMutatingRequestsInflight, maxReadOnly: options.limits.maxRequestsInflight },
    auditor,
    flowControl: flowControlFromFlags(options.limits, systemClock),
    requestTimeoutSeconds: options.limits.requestTimeout / 1000,
    minRequestTimeoutSeconds: options.limits.minRequestTimeout,
    kubelet: {
      clientCertificate: options.kubelet.kubeletClientCertificate,
      clientKey: options.kubelet.kubeletClientKey,
      certificateAuthority: options.kubelet.kubeletCertificateAuthority,
      preferredAddressTypes: options.kubelet.kubeletPreferredAddressTypes,
    },
    serving: {
      address: options.serving.bindAddress,
      port: options.serving.securePort,
      cert: pki.serving.certificate,
      key: pki.serving.key,
      clientCA: authentication.clientCA,
      tls: tlsOptions(options.serving),
      onHandshakeError: handshakeErrors(metrics.registry),
      maxStreamsPerConnection: options.serving.http2MaxStreamsPerConnection,
    },
    metrics: metrics.filter,
    hooks: () => {
      return new Map([
        ['namespaces', namespaceHooks],
        ['events', eventHooks(store, options.storage.eventTtl / 1000)],
        ['services', cluster.serviceHooks],
        ...authorization.hooks,
      ]);
    },
    addRoutes: (router, { registry, remoteOpenAPI }) => {
      new OpenAPIRoutes(registry, remoteOpenAPI).addTo(router);
      addVersionRoute(router);
      addMetricsRoutes(router, { all: metrics.registry, slis: slis.registry });
      addZPages(router, new ZPages({ name: program.name, flags: flagValues(program, options), pages: zPagesOf(options.features.featureGates), paths: () => ENDPOINTS }));
      addFlowControlDumps(router, () => server.flowControl);
      authentication.addRoutes(router);
      addHealthRoutes(router, {
        checkStore: () => store.currentRevision(),
        storeTimeoutMs: { health: options.storage.etcdHealthcheckTimeout, ready: options.storage.etcdReadycheckTimeout },
        others: atRest.healthChecks,
        isReady: () => server.isReady,
        isStopping: () => server.isStopping,
        onFailure: (check, error) => log.error('health check failed', error, { check }),
        onCheck: slis.onCheck,
      });
    },
    shutdownDelaySeconds: options.limits.shutdownDelayDuration / 1000,
    log,
  });
  addFeatureMetrics(metrics.registry, options.features.featureGates);
  addStoreSize(metrics.registry, store, (error) => log.error('the store does not tell its size', error));
  addCacheMetrics(metrics.registry, () => server.core.endpoints.all);
  metrics.follow(requestFacts(server));
  if (server.flowControl) addFlowControlMetrics(metrics.registry, server.flowControl);
  await server.start(async () => {
    await writeAdminKubeconfig(join(options.storage.dataDir, 'admin.kubeconfig'), urlAt(reachable(options.serving)), pki);
    await cluster.start({ securePort: server.port, authenticationData: () => authentication.publishedData() });
  });
  log.info(`Serving securely on ${options.serving.bindAddress}:${server.port}`, { seconds: process.uptime().toFixed(3) });
  onReady?.(server);
  const stopCompacting = options.storage.etcdServers.length ? startCompaction(store, options.storage.etcdCompactionInterval, log) : undefined;
  const following = Promise.all([
    authentication.run((pem) => server.useClientCA(pem), signal),
    authorization.follow(systemClock, signal),
    aggregation.follow((identity) => server.aggregator.useIdentity(identity), signal),
  ]);
  await untilStopped(options, { server, cluster, signal, log });
  await following;
  stopCompacting?.();
}

interface Stoppable {
  readonly server: ApiServer;
  readonly cluster: ClusterObjects;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

async function untilStopped(options: ServerOptions, { server, cluster, signal, log }: Stoppable): Promise<void> {
  const files = servingFiles(options);
  const onError = (error: unknown): void => log.error('the new serving certificate cannot be used', error);
  if (files) await reloadKeyPair(files, ({ certificate, key }) => server.useCertificate(certificate, key), { signal, onError });
  else await aborted(signal);
  log.info('Shutting down');
  await cluster.stop();
  await server.stop();
}

/** What cannot be meant, or is not there yet, is said at once and not ignored. */
function checkOptions({ storage, serving, limits }: ServerOptions): void {
  if (!limits.allowPrivileged) throw new Error('--allow-privileged=false is not supported: use PodSecurity to forbid privileged containers');
  if (storage.storageMediaType !== 'application/json') {
    throw new Error(`--storage-media-type "${storage.storageMediaType}" is not supported, only application/json`);
  }
  if (storage.etcdPrefix !== '/registry') throw new Error(`--etcd-prefix "${storage.etcdPrefix}" is not supported, only /registry`);
  if (Boolean(serving.tlsCertFile) !== Boolean(serving.tlsPrivateKeyFile)) {
    throw new Error('--tls-cert-file and --tls-private-key-file must be specified together');
  }
  if (serving.securePort < 0 || serving.securePort > 65535) {
    throw new Error(`--secure-port ${serving.securePort} must be between 0 and 65535, inclusive. 0 takes a free one`);
  }
}

function openStore({ storage }: ServerOptions, log: Logger): Promise<Store> {
  const observe = { log: storeLog(log.child('storage')) };
  const compactionIntervalMs = storage.etcdCompactionInterval;
  if (!storage.etcdServers.length) {
    return openEmbeddedStore({ dataDir: join(storage.dataDir, 'store'), compactionIntervalMs, ...observe });
  }
  return openEtcdStore({ endpoints: storage.etcdServers, tls: etcdTls(storage), ...observe });
}

function storeLog(log: Logger): NonNullable<StoreObserver['log']> {
  return (level, message, fields) => {
    if (level === 'debug') log.v(4)?.info(message, fields);
    else if (level === 'error') log.error(message, undefined, fields);
    else log[level](message, fields);
  };
}

function etcdTls({ etcdCafile, etcdCertfile, etcdKeyfile }: ServerOptions['storage']): EtcdTlsOptions | undefined {
  if (!etcdCafile && !etcdCertfile) return undefined;
  return { caFile: etcdCafile, certFile: etcdCertfile, keyFile: etcdKeyfile };
}

function certDirOf({ storage, serving }: ServerOptions): string {
  return serving.certDir ?? join(storage.dataDir, 'pki');
}

function readPki(options: ServerOptions): Promise<Pki> {
  const { serving, authentication, resources } = options;
  return loadPki({
    certDir: certDirOf(options),
    bindAddress: serving.bindAddress,
    advertiseAddress: serving.advertiseAddress,
    serviceAddress: firstAddress(resources.serviceClusterIpRange.split(',', 1)[0] ?? ''),
    servingFiles: servingFiles(options),
    clientCAFile: authentication.clientCaFile,
  });
}

function servingFiles({ serving }: ServerOptions): { certFile: string; keyFile: string } | undefined {
  const { tlsCertFile: certFile, tlsPrivateKeyFile: keyFile } = serving;
  return certFile && keyFile ? { certFile, keyFile } : undefined;
}

function runtimeConfigOf({ resources }: ServerOptions): RuntimeConfig {
  const text = Object.entries(resources.runtimeConfig).map(([key, value]) => `${key}=${value}`);
  const known = builtInDefinitions.flatMap(({ group, versions }) => versions.map(({ version }) => ({ group, version })));
  return parseRuntimeConfig(text.join(','), known);
}

/** Upstream's rule: where everything is allowed to everybody known, nobody unknown is let in. */
function allowsAnonymous({ anonymous }: Authentication, { allowsEverything }: Authorization, log: Logger): boolean {
  if (!anonymous.enabled) return false;
  if (!allowsEverything) return true;
  log.warn('AnonymousAuth is not allowed with the AlwaysAllow authorizer. Resetting AnonymousAuth to false. You should use a different authorizer');
  return false;
}

function addVersionRoute(router: Router): void {
  router.get(
    '/version{/}',
    route((request, response) => {
      const body = Buffer.from(JSON.stringify(VERSION, undefined, 2));
      sendBytes(request, response, 200, body, { 'Content-Type': 'application/json' });
    }),
  );
}

/** An address that clients on this machine reach the server by. */
function reachable({ bindAddress }: ServerOptions['serving']): string {
  return bindAddress === '0.0.0.0' || bindAddress === '::' ? '127.0.0.1' : bindAddress;
}
