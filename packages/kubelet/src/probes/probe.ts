import { connect } from 'node:net';
import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import type { Container } from '../objects';
import { isLate, type Runtime, runtimeErrorText } from '../runtime/runtime';
import { probeGrpc } from './grpc';
import { getOnce, isPlainAnswer, MAX_OUTPUT, requestHeaders } from './http-get';

export type Probe = DeepReadonly<corev1.Probe>;
export type HttpGet = NonNullable<Probe['httpGet']>;

/** What a probe found, and in which words. */
export interface ProbeOutcome {
  readonly isSuccess: boolean;
  readonly output: string;
}

/** A probe could not be made: that says nothing of the container. */
export class ProbeError extends Error {
  override readonly name = 'ProbeError';
}

export interface ProbeTarget {
  readonly container: Container;
  readonly containerId: string;
  readonly podIp: string;
  readonly runtime: Runtime;
}

const MAX_REDIRECTS = 10;

/** Runs a probe once. Rejects with a ProbeError where it could not be made. */
export async function runProbe(probe: Probe, target: ProbeTarget): Promise<ProbeOutcome> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  const { container, podIp } = target;
  if (probe.exec) return probeExec(probe.exec.command ?? [], target, timeoutMs);
  if (probe.httpGet) return probeHttp(httpUrl(probe.httpGet, container, podIp), probe.httpGet, timeoutMs);
  if (probe.tcpSocket) return probeTcp(probe.tcpSocket.host || podIp, portOf(probe.tcpSocket.port, container), timeoutMs);
  if (probe.grpc) return probeGrpc(`${bracketed(podIp)}:${probe.grpc.port}`, probe.grpc.service ?? '', timeoutMs);
  throw new ProbeError(`missing probe handler for ${container.name}`);
}

async function probeExec(
  command: readonly string[],
  { runtime, containerId }: ProbeTarget,
  timeoutMs: number,
): Promise<ProbeOutcome> {
  try {
    const { stdout, stderr, exitCode } = await runtime.services.ExecSync(
      { containerId, cmd: [...command], timeout: Math.ceil(timeoutMs / 1000) },
      { timeoutMs: timeoutMs + runtime.requestMilliseconds },
    );
    return { isSuccess: exitCode === 0, output: Buffer.concat([stdout, stderr]).subarray(0, MAX_OUTPUT).toString('utf8') };
  } catch (error) {
    if (isLate(error)) return { isSuccess: false, output: `command "${command.join(' ')}" timed out` };
    throw new ProbeError(runtimeErrorText(error), { cause: error });
  }
}

/** The number of a port; a name is looked up in the container's ports. Throws where it names none. */
export function portOf(port: string | number, { ports = [], name }: Container): number {
  const found = typeof port === 'number' ? port : (ports.find((each) => each.name === port)?.containerPort ?? Number(port));
  if (Number.isInteger(found) && found > 0 && found < 65_536) return found;
  throw new Error(`couldn't find port ${port} in container ${name}`);
}

export function httpUrl({ scheme = 'HTTP', host, port, path = '/' }: HttpGet, container: Container, podIp: string): URL {
  const base = `${scheme.toLowerCase()}://${bracketed(host || podIp)}:${portOf(port, container)}`;
  return new URL(path.startsWith('/') ? path : `/${path}`, base);
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Any answer from 200 to 399 is well; redirects are followed on the same host. Certificates are not checked. */
export async function probeHttp(
  url: URL,
  { httpHeaders = [] }: Pick<HttpGet, 'httpHeaders'>,
  timeoutMs: number,
): Promise<ProbeOutcome> {
  const headers = requestHeaders(httpHeaders, 'kube-probe/1.36');
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    let at = url;
    for (let redirects = 0; ; redirects++) {
      const { code, body, location } = await getOnce(at, headers, signal);
      if (code < 200 || code >= 400) return { isSuccess: false, output: `HTTP probe failed with statuscode: ${code}` };
      const next = code >= 300 && location ? new URL(location, at) : undefined;
      if (!next || next.hostname !== url.hostname) return { isSuccess: true, output: body };
      if (redirects >= MAX_REDIRECTS) return { isSuccess: false, output: `Get "${url.href}": stopped after 10 redirects` };
      at = next;
    }
  } catch (error) {
    return { isSuccess: false, output: `Get "${url.href}": ${httpErrorText(error, url, signal.aborted)}` };
  }
}

function httpErrorText(error: unknown, url: URL, isLate: boolean): string {
  if (isLate) return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  return dialErrorText(error, `${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`);
}

/** An error of a connection, as Go words it. */
export function dialErrorText(error: unknown, address: string): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ECONNREFUSED') return `dial tcp ${address}: connect: connection refused`;
  if (code === 'EHOSTUNREACH') return `dial tcp ${address}: connect: no route to host`;
  if (isPlainAnswer(error)) return 'http: server gave HTTP response to HTTPS client';
  if (code === 'ECONNRESET') return `read tcp ${address}: read: connection reset by peer`;
  return error instanceof Error ? error.message : String(error);
}

function probeTcp(host: string, port: number, timeoutMs: number): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (isSuccess: boolean, output: string): void => {
      socket.destroy();
      resolve({ isSuccess, output });
    };
    socket.setTimeout(timeoutMs, () => end(false, `dial tcp ${host}:${port}: i/o timeout`));
    socket.once('connect', () => end(true, ''));
    socket.once('error', (error) => end(false, dialErrorText(error, `${host}:${port}`)));
  });
}
