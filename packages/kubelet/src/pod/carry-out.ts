import { chmod, mkdir } from 'node:fs/promises';
import type { cri } from '@typekube/cri-api';
import type { PodAddresses } from '../container/field-ref';
import { writeHostsFile } from '../container/hosts-file';
import type { MountedVolume } from '../container/mounts';
import { podDns } from '../container/pod-dns';
import { sandboxConfig } from '../container/sandbox-config';
import { type Pod, specOf, uidOf } from '../objects';
import type { ContainerState, PodState } from '../runtime/pod-state';
import { runtimeErrorText } from '../runtime/runtime';
import type { PodDeps } from './deps';
import { GracePeriod } from './grace-period';
import { gracePeriodOf, killContainer, killPod } from './kill';
import type { PodPlan } from './plan';
import { restartAll } from './restart-all';
import { startContainer } from './start-container';
import { StartError } from './start-error';
import { checkSupported } from './unsupported';

/** A sandbox may take so many times as long as other requests, as upstream's. */
const SANDBOX_SHARE = 2;

/** What came of it: why containers wait, by name, and when to look again. */
export interface Outcome {
  readonly waiting: ReadonlyMap<string, StartError>;
  readonly started: readonly string[];
  /** In milliseconds; absent: when something happens. */
  readonly retryMilliseconds?: number;
}

export interface CarryOutInput {
  readonly pod: Pod;
  readonly state: PodState;
  readonly plan: PodPlan;
  /** Being made ready: containers wait for them, the sandbox does not. */
  readonly volumes: Promise<ReadonlyMap<string, MountedVolume>>;
  /** Writes the status as it is in between. */
  readonly showState: () => Promise<void>;
  /** Aborted when the pod is to be deleted: nothing more is started, nor is the end of a container waited for. */
  readonly signal: AbortSignal;
}

/**
 * Does what a plan says. Rejects where the volumes or the sandbox cannot be made or something cannot be killed, and with the signal's reason; the volumes
 * are no longer worked on then.
 */
export async function carryOut(deps: PodDeps, input: CarryOutInput): Promise<Outcome> {
  if (input.plan.restartAll) return beginAnew(deps, input, input.plan.restartAll);
  const [volumes, sandbox] = await Promise.allSettled([input.volumes, prepare(deps, input)]);
  if (volumes.status === 'rejected') throw volumes.reason;
  if (sandbox.status === 'rejected') throw sandbox.reason;
  if (!sandbox.value) return { waiting: new Map(), started: [] };
  return startAll(deps, { ...input, ...sandbox.value, volumes: volumes.value });
}

/** All containers go; the next plan starts them from the first on. */
async function beginAnew(deps: PodDeps, { volumes, ...input }: CarryOutInput, trigger: ContainerState): Promise<Outcome> {
  await volumes;
  try {
    await restartAll(deps, { ...input, trigger, podIp: input.state.sandboxes[0]?.ips[0] ?? '' });
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return outcomeOf(new Map([[trigger.name, error]]), []);
  }
  return { waiting: new Map(), started: [trigger.name] };
}

type PreparedSandbox = Pick<StartAll, 'state' | 'sandboxId' | 'sandbox' | 'addresses'>;

/** Kills what is to be killed and sees to the sandbox; undefined if no container is to be started. */
async function prepare(deps: PodDeps, { pod, state, plan, signal }: CarryOutInput): Promise<PreparedSandbox | undefined> {
  const podIp = state.sandboxes[0]?.ips[0] ?? '';
  if (plan.killPod) await killPod(deps, pod, state, { grace: new GracePeriod(deps.clock, gracePeriodOf(pod)), podIp, signal });
  for (const { id, message, probeGracePeriodSeconds } of plan.kill) {
    const status = state.containers.find((container) => container.id === id);
    const gracePeriodSeconds = probeGracePeriodSeconds ?? gracePeriodOf(pod);
    if (status) await killContainer(deps, pod, status, { message, gracePeriodSeconds, podIp, signal });
  }
  if (!plan.createSandbox && plan.start.length === 0) return undefined;
  const { config: dns, warnings } = await podDns(pod, deps.node.dns);
  const config = makeConfig(deps, pod, { attempt: plan.attempt, dns });
  if (plan.createSandbox) for (const warning of warnings) deps.record(pod, { type: 'Warning', ...warning });
  const sandboxId = plan.createSandbox ? await createSandbox(deps, pod, config) : plan.sandboxId;
  const current = await stateNow(deps, { pod, state, plan, sandboxId });
  const addresses = addressesOf(deps, pod, current);
  await writeHostsFile(deps.paths.hostsFile(uidOf(pod)), pod, { podIps: addresses.podIps, domain: deps.node.dns.domain });
  return { state: current, sandboxId, sandbox: config, addresses };
}

/** The state after killing and making a sandbox, before containers start. What only gained a sandbox need not be read as a whole. */
async function stateNow(
  { runtime }: PodDeps,
  { pod, state, plan, sandboxId }: { pod: Pod; state: PodState; plan: PodPlan; sandboxId: string },
): Promise<PodState> {
  if (plan.killPod || plan.kill.length) return runtime.podState(uidOf(pod));
  return plan.createSandbox ? { ...state, sandboxes: [await runtime.sandbox(sandboxId), ...state.sandboxes] } : state;
}

/** The addresses that a pod has, or shares with the node. */
export function addressesOf({ node }: Pick<PodDeps, 'node'>, pod: Pod, { sandboxes }: PodState): PodAddresses {
  const podIps = specOf(pod).hostNetwork ? node.hostIps : (sandboxes[0]?.ips ?? []);
  return { podIps, hostIps: node.hostIps };
}

function makeConfig(deps: PodDeps, pod: Pod, sandbox: { readonly attempt: number; readonly dns: cri.IDNSConfig }): cri.IPodSandboxConfig {
  try {
    return sandboxConfig({
      pod,
      ...sandbox,
      logDirectory: deps.paths.podLogs(pod),
      cgroupParent: deps.cgroups.pathOf(pod),
      seccompRoot: deps.paths.seccomp,
      node: deps.node.name,
      domain: deps.node.dns.domain,
    });
  } catch (error) {
    throw sandboxFailed(deps, pod, error);
  }
}

async function createSandbox(deps: PodDeps, pod: Pod, config: cri.IPodSandboxConfig): Promise<string> {
  await mkdir(deps.paths.pod(uidOf(pod)), { recursive: true, mode: 0o750 });
  await mkdir(config.logDirectory ?? '', { recursive: true });
  await chmod(config.logDirectory ?? '', 0o755);
  await deps.cgroups.create(pod);
  try {
    const runtimeHandler = await deps.runtimeHandler(pod);
    checkSupported(pod, runtimeHandler);
    const { services, requestMilliseconds } = deps.runtime;
    const { podSandboxId } = await services.RunPodSandbox({ config, runtimeHandler }, { timeoutMs: SANDBOX_SHARE * requestMilliseconds });
    return podSandboxId;
  } catch (error) {
    throw sandboxFailed(deps, pod, error);
  }
}

function sandboxFailed({ record }: PodDeps, pod: Pod, cause: unknown): Error {
  const message = `Failed to create pod sandbox: ${runtimeErrorText(cause)}`;
  record(pod, { type: 'Warning', reason: 'FailedCreatePodSandBox', message });
  return new Error(message, { cause });
}

interface StartAll extends Omit<CarryOutInput, 'volumes'> {
  readonly volumes: ReadonlyMap<string, MountedVolume>;
  readonly sandboxId: string;
  readonly sandbox: cri.IPodSandboxConfig;
  readonly addresses: PodAddresses;
}

async function startAll(deps: PodDeps, { plan, ...input }: StartAll): Promise<Outcome> {
  const waiting = new Map<string, StartError>();
  const started: string[] = [];
  for (const container of plan.start) {
    if (input.signal.aborted) break;
    try {
      await startContainer(deps, { ...input, container });
      started.push(container.name);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      deps.log.info('Container does not start', {
        pod: uidOf(input.pod),
        container: container.name,
        reason: error.reason,
        message: error.message,
      });
      waiting.set(container.name, error);
    }
  }
  return outcomeOf(waiting, started);
}

function outcomeOf(waiting: ReadonlyMap<string, StartError>, started: readonly string[]): Outcome {
  const retries = [...waiting.values()].map(({ retryMilliseconds = RETRY_MILLISECONDS }) => retryMilliseconds);
  return { waiting, started, ...(retries.length && { retryMilliseconds: Math.min(...retries) + 10 }) };
}

/** How soon a start that failed for no lasting reason is tried again. */
const RETRY_MILLISECONDS = 10_000;
