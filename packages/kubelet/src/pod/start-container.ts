import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { cri } from '@typekube/cri-api';
import { containerConfig } from '../container/container-config';
import { ContainerConfigError } from '../container/env';
import type { PodAddresses } from '../container/field-ref';
import type { MountedVolume } from '../container/mounts';
import { servicesFor, serviceVariables } from '../container/service-env';
import { credentialsFor } from '../images/credentials';
import { type Container, containerFieldPath, ephemeralOf, namespaceOf, type Pod, podText, specOf, uidOf } from '../objects';
import { containerHash } from '../runtime/labels';
import { type ContainerState, newestOf, type PodState } from '../runtime/pod-state';
import { runtimeErrorText } from '../runtime/runtime';
import type { PodDeps } from './deps';
import { runHook } from './hooks';
import { killContainer } from './kill';
import { StartError } from './start-error';

export interface StartInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly state: PodState;
  readonly sandboxId: string;
  readonly sandbox: cri.IPodSandboxConfig;
  readonly volumes: ReadonlyMap<string, MountedVolume>;
  readonly addresses: PodAddresses;
  readonly signal: AbortSignal;
}

/** Starts a container: waits out its back-off, gets the image, makes it, starts it, runs its hook. Rejects with a StartError. */
export async function startContainer(deps: PodDeps, input: StartInput): Promise<void> {
  const { pod, container } = input;
  const fieldPath = containerFieldPath(pod, container.name);
  const record = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    deps.record(pod, { type, reason, message, fieldPath });
  const last = newestOf(input.state, container.name);
  if (last) checkBackoff(deps, { pod, container, last, record });
  const image = await pullImage(deps, input, record);
  const config = await configure(deps, input, image).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    record('Warning', 'Failed', `Error: ${message}`);
    throw new StartError(error instanceof ContainerConfigError ? 'CreateContainerConfigError' : 'CreateContainerError', message, {
      cause: error,
    });
  });
  const containerId = await create(deps, input, config, record);
  record('Normal', 'Created', 'Container created');
  await run(deps, containerId, record);
  record('Normal', 'Started', 'Container started');
  await afterStart(deps, input, containerId, record);
}

export type RecordOfContainer = (type: 'Normal' | 'Warning', reason: string, message: string) => void;

function backoffKey(pod: Pod, container: Container): string {
  return `${uidOf(pod)}_${container.name}_${containerHash(container)}`;
}

interface BackoffInput {
  readonly pod: Pod;
  readonly container: Container;
  /** The one of that name that there was last. */
  readonly last: ContainerState;
  readonly record: RecordOfContainer;
}

/** Throws a StartError where a container that has ended is not to be started again yet. */
export function checkBackoff({ restarts }: Pick<PodDeps, 'restarts'>, { pod, container, last, record }: BackoffInput): void {
  if (last.state !== 'exited') return;
  const key = backoffKey(pod, container);
  const wait = restarts.remaining(key, last.finishedAt);
  if (wait <= 0) return restarts.next(key, last.finishedAt);
  record('Warning', 'BackOff', `Back-off restarting failed container ${container.name} in pod ${podText(pod)}`);
  const message = `back-off ${delayText(restarts.delay(key))} restarting failed container=${container.name} pod=${podText(pod)}`;
  throw new StartError('CrashLoopBackOff', message, { retryMilliseconds: wait });
}

/** As Go prints whole seconds: `10s`, `1m20s`, `5m0s`. */
export function delayText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

async function pullImage(deps: PodDeps, { pod, container, sandbox, signal }: StartInput, record: RecordOfContainer): Promise<cri.Image> {
  try {
    const names = (specOf(pod).imagePullSecrets ?? []).map(({ name = '' }) => name);
    const secrets = await Promise.all(names.map((name) => deps.sources(pod).secret(namespaceOf(pod), name)));
    const missing = names.filter((_, position) => !secrets[position]);
    if (missing.length) {
      const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
      record('Warning', 'FailedToRetrieveImagePullSecret', message);
    }
    const auths = credentialsFor(
      container.image ?? '',
      secrets.filter((secret) => secret !== undefined),
    );
    return await deps.images.ensure({ pod, container, sandbox, auths, record, signal });
  } catch (error) {
    const failure =
      error instanceof StartError
        ? error
        : new StartError('ErrImagePull', error instanceof Error ? error.message : String(error), { cause: error });
    record('Warning', 'Failed', `Error: ${failure.reason}`);
    throw failure;
  }
}

async function configure(deps: PodDeps, input: StartInput, image: cri.Image): Promise<cri.IContainerConfig> {
  const { pod, container, state } = input;
  const { enableServiceLinks = true } = specOf(pod);
  const last = newestOf(state, container.name);
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
  const known = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].find(
    ({ name }) => name === container.name,
  );
  // A container that is gone from the runtime has left its count in the status, which counts one that was lost already.
  const restartCount = last ? last.restartCount + 1 : known?.containerID ? known.restartCount + 1 : (known?.restartCount ?? 0);
  const config = await containerConfig({
    pod,
    container,
    image,
    restartCount,
    sources: deps.sources(pod),
    services: serviceVariables(servicesFor(deps.services(), namespaceOf(pod), enableServiceLinks)),
    addresses: input.addresses,
    allocatable: deps.node.allocatable,
    volumes: input.volumes,
    paths: deps.paths,
    memoryCapacity: deps.node.memoryCapacity,
    targetId: targetOf(pod, container, state),
    files: { '/etc/hosts': deps.paths.hostsFile(uidOf(pod)) },
  });
  await mkdir(join(deps.paths.podLogs(pod), container.name), { recursive: true, mode: 0o755 });
  return config;
}

/** The container whose processes an ephemeral one wants to see. */
function targetOf(pod: Pod, { name }: Container, state: PodState): string | undefined {
  const target = ephemeralOf(pod).find((container) => container.name === name)?.targetContainerName;
  if (!target) return undefined;
  const found = newestOf(state, target);
  if (!found) throw new ContainerConfigError(`unable to find target container "${target}"`);
  return found.id;
}

async function create(
  { runtime }: PodDeps,
  { sandboxId, sandbox }: StartInput,
  config: cri.IContainerConfig,
  record: RecordOfContainer,
): Promise<string> {
  try {
    return (await runtime.services.CreateContainer({ podSandboxId: sandboxId, config, sandboxConfig: sandbox })).containerId;
  } catch (error) {
    const message = runtimeErrorText(error).replace(/^rpc error: code = \w+ desc = /, '');
    record('Warning', 'Failed', `Error: ${message}`);
    throw new StartError('CreateContainerError', message, { cause: error });
  }
}

async function run({ runtime }: PodDeps, containerId: string, record: RecordOfContainer): Promise<void> {
  try {
    await runtime.services.StartContainer({ containerId });
  } catch (error) {
    const message = runtimeErrorText(error).replace(/^rpc error: code = \w+ desc = /, '');
    record('Warning', 'Failed', `Error: ${message}`);
    throw new StartError('RunContainerError', message, { cause: error });
  }
}

/** A container whose postStart hook fails is killed, and started again by its policy. */
async function afterStart(
  deps: PodDeps,
  { pod, container, addresses, signal }: StartInput,
  containerId: string,
  record: RecordOfContainer,
): Promise<void> {
  const postStart = container.lifecycle?.postStart;
  if (!postStart) return;
  const podIp = addresses.podIps[0] ?? '';
  try {
    await runHook(postStart, { pod, container, containerId, podIp, timeoutSeconds: 0, signal }, deps);
  } catch (error) {
    record('Warning', 'FailedPostStartHook', `PostStartHook failed: ${error instanceof Error ? error.message : String(error)}`);
    const started = newestOf(await deps.runtime.podState(uidOf(pod)), container.name);
    if (started)
      await killContainer(deps, pod, started, {
        message: 'FailedPostStartHook',
        gracePeriodSeconds: specOf(pod).terminationGracePeriodSeconds ?? 30,
        podIp,
        signal,
      });
    throw new StartError('PostStartHookError', 'PostStartHook failed', { cause: error });
  }
}
