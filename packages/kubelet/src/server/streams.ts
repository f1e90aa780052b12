import { findContainer, type Pod, specOf, uidOf } from '../objects';
import { newestOf, type PodState } from '../runtime/pod-state';
import { errorText } from '../program';
import type { Runtime } from '../runtime/runtime';
import { HttpError } from './http-error';
import type { ServedPods } from './server';

interface Context {
  readonly pods: ServedPods;
  readonly runtime: Runtime;
}

/** Where the runtime serves the stream that a request is for: `/exec/NAMESPACE/POD[/UID]/CONTAINER` and its like. Rejects with an HttpError. */
export async function streamUrl(url: URL, { pods, runtime }: Context): Promise<URL> {
  const [, kind = '', namespace = '', name = '', ...rest] = url.pathname.split('/');
  const pod = pods.find(namespace, name);
  if (!pod) throw new HttpError(404, 'pod does not exist');
  const state = await runtime.podState(uidOf(pod));
  const options = streamOptions(url.searchParams);
  try {
    switch (kind) {
      case 'exec':
        return new URL(
          (
            await runtime.services.Exec({
              containerId: runningId(pod, state, rest.at(-1)),
              cmd: url.searchParams.getAll('command'),
              ...options,
            })
          ).url,
        );
      case 'attach': {
        const containerId = runningId(pod, state, rest.at(-1));
        const tty = findContainer(pod, rest.at(-1) ?? '')?.tty ?? false;
        return new URL((await runtime.services.Attach({ containerId, ...options, tty })).url);
      }
      case 'portForward':
        return new URL(
          (await runtime.services.PortForward({ podSandboxId: readySandbox(pod, state), port: ports(url.searchParams) })).url,
        );
      default:
        throw new HttpError(404, '404 page not found');
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(500, saidBy(error));
  }
}

/**
 * The runtime's words alone: with gRPC's own before them, `rpc error: …`, kubectl takes a text that has no other colon for YAML, and shows
 * an empty message.
 */
function saidBy(error: unknown): string {
  const details = typeof error === 'object' && error !== null && 'details' in error ? error.details : undefined;
  return typeof details === 'string' && details ? details : errorText(error);
}

function streamOptions(query: URLSearchParams): { stdin: boolean; stdout: boolean; stderr: boolean; tty: boolean } {
  const has = (long: string, short: string): boolean =>
    query.get(short) === '1' || query.get(short) === 'true' || query.get(long) === 'true' || query.get(long) === '1';
  const tty = has('tty', 'tty');
  // A terminal has one output.
  return { stdin: has('stdin', 'input'), stdout: has('stdout', 'output'), stderr: has('stderr', 'error') && !tty, tty };
}

function ports(query: URLSearchParams): number[] {
  return query
    .getAll('port')
    .flatMap((text) => text.split(','))
    .filter(Boolean)
    .map(Number);
}

function runningId(pod: Pod, state: PodState, name = specOf(pod).containers[0]?.name ?? ''): string {
  const container = newestOf(state, name);
  if (container?.state === 'running') return container.id;
  throw new HttpError(500, `container not found ("${name}")`);
}

function readySandbox(pod: Pod, { sandboxes }: PodState): string {
  const ready = sandboxes.find(({ isReady }) => isReady);
  if (ready) return ready.id;
  throw new HttpError(500, `sandbox for pod ${pod.metadata.name} not found`);
}
