import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import { sleep } from '@typekube/component-base';
import type { Container, Pod } from '../objects';
import { getOnce, isPlainAnswer, requestHeaders } from '../probes/http-get';
import { dialErrorText, type HttpGet, httpUrl } from '../probes/probe';
import { runtimeErrorText } from '../runtime/runtime';
import type { PodDeps } from './deps';

type Handler = DeepReadonly<corev1.LifecycleHandler>;

export interface HookTarget {
  readonly pod: Pod;
  readonly container: Container;
  readonly containerId: string;
  readonly podIp: string;
  /** How long the hook may take; 0: as long as it likes. */
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
  if (!handler.httpGet) throw new Error('invalid handler: a hook cannot open a TCP socket');
  const asked = AbortSignal.timeout((timeoutSeconds || UNBOUNDED_HTTP_SECONDS) * 1000);
  await runHttp(handler.httpGet, httpUrl(handler.httpGet, container, podIp), signal ? AbortSignal.any([asked, signal]) : asked);
}

/** Any answer will do, whatever its code. A server that has no TLS is asked without. */
async function runHttp({ httpHeaders = [] }: HttpGet, url: URL, signal: AbortSignal): Promise<void> {
  const headers = requestHeaders(httpHeaders, 'kube-lifecycle/1.36');
  try {
    await getOnce(url, headers, signal).catch((error: unknown) => {
      if (!isPlainAnswer(error)) throw error;
      const { authorization: _, ...others } = headers;
      return getOnce(new URL(url.href.replace(/^https:/, 'http:')), others, signal);
    });
  } catch (error) {
    const text = signal.aborted ? 'context deadline exceeded' : dialErrorText(error, url.host);
    throw new Error(`Get "${url.href}": ${text}`, { cause: error });
  }
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
      { timeoutMs: timeoutSeconds > 0 ? timeoutSeconds * 1000 + runtime.requestMilliseconds : Infinity, ...(signal && { signal }) },
    );
  } catch (error) {
    throw new Error(runtimeErrorText(error), { cause: error });
  }
  if (result.exitCode === 0) return;
  const output = Buffer.concat([result.stdout, result.stderr]).toString('utf8');
  throw new Error(`command '${command.join(' ')}' exited with ${result.exitCode}: ${output}`);
}
