import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { aborted, loggerFromFlags, type Logger } from '@typekube/component-base';
import type { Backend } from './backend';
import { ContainerdBackend } from './backends/containerd/backend';
import type { ShimOptions } from './config/flags';
import { ociRuntimeProblem } from './config/oci-runtime';
import { detailsOf } from './errors';
import { ShimServer } from './server';

const RETRY_MS = 1000;

/** cri-shim from its flags to its end. Waits for containerd, says so, and leaves the containers running when it ends. */
export async function run({ runtime, containerd, network, streaming, logs }: ShimOptions, signal: AbortSignal): Promise<void> {
  const log = loggerFromFlags(logs, 'cri-shim');
  const { ociRuntime } = runtime;
  const problem = ociRuntimeProblem(ociRuntime);
  if (problem) throw new Error(problem);
  const backend = new ContainerdBackend({
    socket: containerd.containerd,
    namespace: containerd.containerdNamespace,
    rootDir: containerd.containerdRoot,
    ociRuntime,
    ociRuntimeRoot: join(runtime.stateDir, 'oci'),
  });
  if (!(await reachable(backend, { socket: containerd.containerd, log, signal }))) return;
  const server = new ShimServer({
    listen: runtime.listen,
    backend,
    paths: { state: runtime.stateDir, root: runtime.rootDir },
    network: { confDir: network.cniConfDir, binDirs: network.cniBinDir },
    streamAddress: streaming.streamAddress,
    log,
  });
  await server.start();
  log.info('Serving CRI', { address: runtime.listen, ociRuntime, seconds: process.uptime().toFixed(3) });
  await aborted(signal);
  log.info('Shutting down');
  server.stop();
}

async function reachable(backend: Backend, { socket, log, signal }: { socket: string; log: Logger; signal: AbortSignal }): Promise<boolean> {
  while (!signal.aborted) {
    try {
      await backend.version();
      return true;
    } catch (error) {
      log.info('Waiting for containerd', { socket, error: detailsOf(error) });
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  return false;
}
