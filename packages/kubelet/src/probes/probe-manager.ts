import { type Clock, type Logger, sleep } from '@typekube/component-base';
import { type Container, containerFieldPath, isSidecar, mayBeRestarted, type Pod, specOf, uidOf } from '../objects';
import { errorText } from '../program';
import type { ProbeResults } from '../pod/plan';
import { newestOf, type PodState } from '../runtime/pod-state';
import type { Runtime } from '../runtime/runtime';
import { type Probe, type ProbeOutcome, runProbe } from './probe';
import { nextResult } from './threshold';

type Kind = 'startup' | 'liveness' | 'readiness';

interface Worker {
  readonly containerId: string;
  readonly stop: AbortController;
}

export interface ProbeManagerOptions {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly log: Logger;
  /** A result has changed: the pod is to be looked at. */
  readonly onChange: (uid: string) => void;
  readonly record: (pod: Pod, fieldPath: string, reason: string, message: string) => void;
}

const TITLES: Readonly<Record<Kind, string>> = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' };

/**
 * Probes the running containers of all pods. Results are kept by the container's id: a new container begins anew. What an earlier kubelet has
 * found of a container that still runs stands in the pod's status, and counts until a probe says otherwise.
 */
export class ProbeManager implements ProbeResults {
  private readonly workers = new Map<string, Worker>();
  private readonly results = new Map<string, boolean>();

  constructor(private readonly options: ProbeManagerOptions) {}

  /** Probes what runs now, and stops probing what does not. */
  follow(pod: Pod, state: PodState, podIp: string): void {
    const { containers, initContainers = [] } = specOf(pod);
    const wanted = new Set<string>();
    for (const container of [...initContainers.filter(isSidecar), ...containers]) {
      const status = newestOf(state, container.name);
      if (status?.state !== 'running') continue;
      for (const [kind, probe] of probesOf(container)) {
        const key = keyOf(uidOf(pod), container.name, kind);
        wanted.add(key);
        this.start(key, { pod, container, containerId: status.id, podIp, startedAt: status.startedAt }, kind, probe);
      }
    }
    for (const key of this.workers.keys()) if (key.startsWith(`${uidOf(pod)}/`) && !wanted.has(key)) this.stopWorker(key);
  }

  /** The pod is being ended: nobody asks any more whether its containers live or have started. What is known of them stays, and readiness is asked for. */
  keepReadinessOnly(uid: string): void {
    for (const [key, worker] of this.workers) if (key.startsWith(`${uid}/`) && !key.endsWith('/readiness')) worker.stop.abort();
  }

  /** Stops probing the pod, and forgets what is known of it. */
  stop(uid: string): void {
    for (const key of this.workers.keys()) if (key.startsWith(`${uid}/`)) this.stopWorker(key);
  }

  liveness(containerId: string): boolean | undefined {
    return this.results.get(`${containerId}/liveness`);
  }

  startup(containerId: string): boolean | undefined {
    return this.results.get(`${containerId}/startup`);
  }

  /** A container without a readiness probe is ready when it runs; one with a probe not before that has succeeded. */
  isReady(container: Container, containerId: string): boolean {
    return !container.readinessProbe || this.results.get(`${containerId}/readiness`) === true;
  }

  isStarted(container: Container, containerId: string): boolean {
    return !container.startupProbe || this.startup(containerId) === true;
  }

  private start(key: string, target: Target, kind: Kind, probe: Probe): void {
    const running = this.workers.get(key);
    if (running?.containerId === target.containerId) return;
    if (running) this.stopWorker(key);
    const stop = new AbortController();
    this.workers.set(key, { containerId: target.containerId, stop });
    const isKnown = wasSuccessful(target, kind);
    if (isKnown) this.results.set(`${target.containerId}/${kind}`, true);
    if (isKnown && kind === 'startup') return;
    void this.run(target, kind, probe, stop.signal);
  }

  private stopWorker(key: string): void {
    const worker = this.workers.get(key);
    worker?.stop.abort();
    this.workers.delete(key);
    if (worker) this.results.delete(`${worker.containerId}/${key.slice(key.lastIndexOf('/') + 1)}`);
  }

  private async run(target: Target, kind: Kind, probe: Probe, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.options;
    const period = (probe.periodSeconds ?? 10) * 1000;
    let run = { wasSuccess: false, count: 0 };
    const wait = (milliseconds: number): Promise<boolean> =>
      sleep(clock, milliseconds, signal).then(
        () => true,
        () => false,
      );
    if (!(await wait(Math.max(0, target.startedAt + (probe.initialDelaySeconds ?? 0) * 1000 - clock.now())))) return;
    while (!signal.aborted) {
      if (this.isDue(target, kind)) {
        const outcome = await this.probeOnce(target, probe);
        if (signal.aborted) return;
        if (outcome instanceof Error) this.report(target, `${TITLES[kind]} probe errored and resulted in unknown state: ${outcome.message}`);
        else {
          run = { wasSuccess: outcome.isSuccess, count: outcome.isSuccess === run.wasSuccess ? run.count + 1 : 1 };
          if (!outcome.isSuccess) this.report(target, `${TITLES[kind]} probe failed: ${outcome.output}`);
          log.v(4)?.info('Probed', { container: target.container.name, kind, isSuccess: outcome.isSuccess });
          if (this.take(target, kind, nextResult(probe, run))) return;
        }
      }
      // While it is not known yet whether it has started, look more often than liveness needs.
      if (!(await wait(this.isDue(target, kind) ? period : Math.min(period, 1000)))) return;
    }
  }

  /** Other probes wait until the startup probe has succeeded, which then ends. */
  private isDue({ container, containerId }: Target, kind: Kind): boolean {
    return kind === 'startup' || this.isStarted(container, containerId);
  }

  /** An error where it could not be made, which counts for nothing. */
  private async probeOnce({ container, containerId, podIp }: Target, probe: Probe): Promise<ProbeOutcome | Error> {
    try {
      return await runProbe(probe, { container, containerId, podIp, runtime: this.options.runtime });
    } catch (error) {
      return error instanceof Error ? error : new Error(errorText(error));
    }
  }

  private report({ pod, container }: Target, message: string): void {
    this.options.record(pod, containerFieldPath(pod, container.name), 'Unhealthy', message);
  }

  /** Keeps a result, and tells whether this probe has done its work. */
  private take({ pod, container, containerId }: Target, kind: Kind, result: boolean | undefined): boolean {
    if (result === undefined) return false;
    const key = `${containerId}/${kind}`;
    if (this.results.get(key) !== result) {
      this.results.set(key, result);
      this.options.onChange(uidOf(pod));
    }
    if (kind === 'startup') return true;
    return kind === 'liveness' && !result && mayBeRestarted(pod, container);
  }
}

interface Target {
  readonly pod: Pod;
  readonly container: Container;
  readonly containerId: string;
  readonly podIp: string;
  readonly startedAt: number;
}

/** Whether the pod's status says so of this very container. */
function wasSuccessful({ pod, container, containerId }: Target, kind: Kind): boolean {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const status = [...initContainerStatuses, ...containerStatuses].find(({ name }) => name === container.name);
  if (!status?.containerID?.endsWith(`://${containerId}`)) return false;
  return kind === 'readiness' ? status.ready : kind === 'startup' && status.started === true;
}

function probesOf({ startupProbe, livenessProbe, readinessProbe }: Container): [Kind, Probe][] {
  return [
    ...(startupProbe ? [['startup', startupProbe] satisfies [Kind, Probe]] : []),
    ...(livenessProbe ? [['liveness', livenessProbe] satisfies [Kind, Probe]] : []),
    ...(readinessProbe ? [['readiness', readinessProbe] satisfies [Kind, Probe]] : []),
  ];
}

function keyOf(uid: string, container: string, kind: Kind): string {
  return `${uid}/${container}/${kind}`;
}
