import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { Client, loadClientConfig } from '@typekube/client';
import { addProcessMetrics, loggerFromFlags, type Logger, MetricsRegistry, sleep, systemClock } from '@typekube/component-base';
import { GrpcConnection } from '@typekube/cri-api';
import type { KubeletFlags } from './config/flags';
import { configurationFromFlags } from './config/from-flags';
import { runKubelet } from './kubelet';
import { machineAddress } from './node/machine';
import { Paths } from './paths';
import { Runtime, runtimeErrorText } from './runtime/runtime';
import { Authentication } from './server/authentication';
import { Authorization } from './server/authorization';
import { servingIdentity } from './server/identity';
import { KubeletServer } from './server/server';

const RETRY_MILLISECONDS = 1000;

/** The kubelet from its flags to its end. Waits for the runtime, says so, and leaves the containers running when it ends. */
export async function run(flags: KubeletFlags, signal: AbortSignal): Promise<void> {
  const log = loggerFromFlags(flags.logs, 'kubelet');
  const configuration = await configurationFromFlags(flags);
  if (configuration.ignored.length)
    log.warn('These fields of the configuration have no effect yet', { fields: configuration.ignored.join(', ') });
  const name = (flags.node.hostnameOverride ?? hostname()).trim().toLowerCase();
  const addresses = (flags.node.nodeIp ?? machineAddress()).split(',');
  const paths = new Paths(resolve(flags.kubelet.rootDir), configuration.podLogsDir);
  const { kubeconfig } = flags.kubelet;
  if (!kubeconfig) log.info('Standalone mode, no API client');
  using client = kubeconfig ? new Client(await loadClientConfig({ path: kubeconfig }), { component: 'kubelet' }) : undefined;
  const runtime = new Runtime(new GrpcConnection(configuration.containerRuntimeEndpoint), configuration.runtimeRequestTimeout);
  const metrics = new MetricsRegistry();
  addProcessMetrics(metrics);
  const certDir = flags.kubelet.certDir ?? join(paths.rootDir, 'pki');
  try {
    const identity = await servingIdentity({ ...configuration, certDir, name, addresses });
    const clientCa = configuration.clientCaFile ? await readFile(configuration.clientCaFile, 'utf8') : undefined;
    if (!(await reachable(runtime, configuration.containerRuntimeEndpoint, { log, signal }))) return;
    const { address, port } = configuration;
    const guard = { client, clock: systemClock, nodeName: name };
    const authentication = new Authentication({ ...guard, ...configuration.authentication, x509: clientCa !== undefined });
    const authorization = new Authorization({ ...guard, ...configuration.authorization });
    await runKubelet(
      {
        client,
        runtime,
        configuration,
        name,
        addresses,
        labels: flags.node.nodeLabels,
        paths,
        clock: systemClock,
        log,
        serve: (pods, stats) =>
          KubeletServer.start({ address, port, identity, clientCa, authentication, authorization, pods, stats, runtime, metrics, log }),
      },
      signal,
    );
  } finally {
    runtime.close();
  }
}

async function reachable(
  runtime: Runtime,
  endpoint: string,
  { log, signal }: { log: Logger; signal: AbortSignal },
): Promise<boolean> {
  while (!signal.aborted) {
    try {
      await runtime.version();
      return true;
    } catch (error) {
      log.info('Waiting for the container runtime', { endpoint, error: runtimeErrorText(error) });
      await sleep(systemClock, RETRY_MILLISECONDS, signal).catch(() => undefined);
    }
  }
  return false;
}
