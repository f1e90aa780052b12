import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import { sleep } from '@typekube/component-base';
import type { Container, Pod } from '../objects';
import { httpUrl, probeHttp } from '../probes/probe';
import { runtimeErrorText } from '../runtime/runtime';
import type { PodDeps } from './deps';

type Handler = DeepReadonly<corev1.LifecycleHandler>;

export interface HookTarget {
  readonly pod: Pod;
  readonly container: Container;
  readonly containerId: string;
  readonly podIp: string;
  /** How long the hook may take. */
  /** 0: as long as it likes. */
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal;
}

/** A request needs some end. */
const UNBOUNDED_HTTP_SECONDS = 60;

/** Runs a lifecycle hook to its end. Rejects where it fails or takes too long. */
export async function runHook(
  handler: Handler,
  { container, containerId, podIp, timeoutSeconds, signal }: HookTarget,
  deps: Pick<PodDeps, 'runtime' | 'clock'>,
): Promise<void> {
  if (handler.sleep) return sleep(deps.clock, Math.min(handler.sleep.seconds, timeoutSeconds || Infinity) * 1000, signal);
  if (handler.exec) return runExec(handler.exec.command ?? [], { containerId, timeoutSeconds, ...(signal && { signal }) }, deps);
  if (!handler.httpGet) return;
  const outcome = await probeHttp(
    httpUrl(handler.httpGet, container, podIp),
    handler.httpGet,
    (timeoutSeconds || UNBOUNDED_HTTP_SECONDS) * 1000,
  );
  if (!outcome.isSuccess) throw new Error(outcome.output);
}

async function runExec(
  command: readonly string[],
  { containerId, timeoutSeconds, signal }: { containerId: string; timeoutSeconds: number; signal?: AbortSignal },
  { runtime }: Pick<PodDeps, 'runtime'>,
): Promise<void> {
  let result;
  try {
    result = await runtime.services.ExecSync(
      { containerId, cmd: [...command], timeout: timeoutSeconds },
      signal ? { signal } : {},
    );
  } catch (error) {
    throw new Error(runtimeErrorText(error), { cause: error });
  }
  if (result.exitCode === 0) return;
  const output = Buffer.concat([result.stdout, result.stderr]).toString('utf8');
  throw new Error(`command '${command.join(' ')}' exited with ${result.exitCode}: ${output}`);
}
