import { COUNTER, CONFIG_MAPS, createRequest, namespaceRequest, rawRequest } from './load/requests';
import type { LoadCommands } from './load/load-worker';
import { Http1Connection } from './load/http1-connection';
import { TOKEN } from './processes/api-server';
import type { Worker } from './processes/worker';
import type { BenchmarkOptions } from './benchmark';
import type { Sample } from './load/measure';

/** Connections of the benchmarks of single requests. */
export const CONNECTIONS = 16;

/** Opens connections to an API server and makes the namespace that the benchmarks write to. */
export async function openTarget(load: Worker<LoadCommands>, port: number, connections = CONNECTIONS): Promise<number> {
  await sendOnce(port, namespaceRequest());
  return load.ask('open', { port, connections });
}

/** Creates that many ConfigMaps of 1.3 KB. */
export async function fill(load: Worker<LoadCommands>, target: number, count: number): Promise<void> {
  await load.ask('run', { target, request: createRequest(), requests: count });
}

/** Enough for V8 to have compiled what serving takes. */
export const WARM_UP_REQUESTS = 3000;

/** Brings an API server to the speed of one that has run for a while. */
export async function warmUp(load: Worker<LoadCommands>, port: number, request = createRequest()): Promise<void> {
  const target = await load.ask('open', { port, connections: CONNECTIONS });
  await load.ask('run', { target, request, requests: WARM_UP_REQUESTS });
}

/** Sends one request on a connection of its own; resolves to the size of its answer with head. */
export async function sendOnce(port: number, request: string): Promise<number> {
  const connection = await Http1Connection.open(port);
  try {
    await new Promise<void>((resolve, reject) => connection.send(request, (error) => (error ? reject(error) : resolve())));
    return connection.bodyBytes;
  } finally {
    connection.close();
  }
}

/** A GET of the first ConfigMap that `fill` has made. */
export function firstObjectRequest(token = TOKEN): string {
  return rawRequest('GET', `${CONFIG_MAPS}/load-${'1'.padStart(COUNTER.length, '0')}`, '', token);
}

/** Says what a round showed beside its rate, and warns when the load generator was too slow for the figure to mean something. */
export function noteLoad({ note }: BenchmarkOptions, name: string, sample: Sample): void {
  const warning = sample.loadShare > 0.95 ? ' (the load generator was the bottleneck)' : '';
  const rate = Math.round(sample.perSecond).toLocaleString('en-US');
  note(`${name}: ${rate} requests/s, ${sample.cpuMicros.toFixed(1)} µs of CPU each, load generator at ${Math.round(sample.loadShare * 100)} %${warning}`);
}
