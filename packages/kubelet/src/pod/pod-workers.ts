import { rm } from 'node:fs/promises';
import type { Logger } from '@typekube/component-base';
import type { HoldingPod, NodeAdmission } from '../admission/admission';
import type { EvictablePod } from '../eviction/eviction-manager';
import { fullName, type Pod, specOf, uidOf } from '../objects';
import { errorText } from '../program';
import { isStatic } from '../static-pods/annotations';
import type { PodEvent } from '../runtime/runtime';
import type { Refusal } from './admit';
import type { PodDeps } from './deps';
import { PodWorker } from './pod-worker';
import { removeSandboxes } from './kill';

/** The workers of all pods of the node, by uid. */
export class PodWorkers {
  private readonly workers = new Map<string, PodWorker>();
  /** Pods that wait for an older one of the same name. */
  private readonly waiting = new Map<string, Pod>();
  private isClosed = false;
  private readonly log: Logger;

  constructor(
    private readonly deps: PodDeps,
    private readonly options: { readonly admission: NodeAdmission; /** Nothing is left of this pod. */ readonly onFinished?: (pod: Pod) => void },
  ) {
    this.log = deps.log;
  }

  /** All pods that have a worker, as they are known now. */
  pods(): Pod[] {
    return [...this.workers.values()].map((worker) => worker.current);
  }

  find(namespace: string, name: string): Pod | undefined {
    return this.pods().find((pod) => fullName(pod) === `${namespace}/${name}`);
  }

  /** The static pod of that name, or one that it waits for. */
  findStatic(name: string): { readonly pod: Pod; readonly isEnding: boolean } | undefined {
    const worker = [...this.workers.values()].find(({ current }) => fullName(current) === name);
    return worker && { pod: worker.current, isEnding: worker.isGoing || !isStatic(worker.current) };
  }

  /** The names of static pods (`namespace/name`). */
  staticNames(): string[] {
    return this.pods().filter(isStatic).map(fullName);
  }

  /** The pod is wanted, or another version of it. */
  update(pod: Pod): void {
    if (this.isClosed) return;
    const worker = this.workers.get(uidOf(pod));
    if (worker && !worker.isGoing) return worker.update(pod);
    // A static pod whose file was taken away and put back has the same uid.
    const older = worker !== undefined || this.pods().some((other) => fullName(other) === fullName(pod));
    if (older) this.waiting.set(uidOf(pod), pod);
    else this.start(pod);
  }

  /** It is wanted no more. */
  delete(pod: Pod): void {
    this.waiting.delete(uidOf(pod));
    const worker = this.workers.get(uidOf(pod));
    worker?.gone();
  }

  /** Something happened in the runtime. */
  happened({ uid, at }: PodEvent): void {
    this.workers.get(uid)?.happened(at);
  }

  /** The pod of that uid is to be looked at. */
  notify(uid: string): void {
    this.workers.get(uid)?.notify();
  }

  notifyAll(): void {
    for (const worker of this.workers.values()) worker.notify();
  }

  close(): void {
    this.isClosed = true;
    for (const worker of this.workers.values()) worker.close();
    this.deps.statuses.close();
  }

  /**
   * Takes away what the runtime and the disk have of pods that are no more: those that were deleted while no kubelet ran. Call it only when
   * the pods of the API are known.
   */
  async cleanUpOrphans(): Promise<void> {
    const { runtime, volumes, cgroups, node } = this.deps;
    for (const { uid, node: owner } of await runtime.podsWithSandboxes()) {
      if (owner !== node.name || this.isKnown(uid)) continue;
      this.log.info('Removing an orphaned pod', { uid });
      await this.attempt('removing an orphaned pod', async () => {
        await removeSandboxes(this.deps, await runtime.podState(uid));
        await cgroups.remove(uid);
      });
    }
    for (const uid of await volumes.podsOnDisk()) {
      if (this.isKnown(uid)) continue;
      this.log.info('Removing orphaned volumes', { uid });
      await this.attempt('removing orphaned volumes', () => volumes.remove(uid));
    }
    await this.cleanUpLogs();
  }

  /** A kubelet that was killed between a pod's end and that of its logs leaves them. As long as the runtime has something of a pod it may write there. */
  private async cleanUpLogs(): Promise<void> {
    const logs = await this.deps.paths.logsOnDisk();
    if ([...logs.keys()].every((uid) => this.isKnown(uid))) return;
    for (const { uid } of await this.deps.runtime.podsWithSandboxes()) logs.delete(uid);
    for (const [uid, folder] of logs) {
      if (!this.isKnown(uid)) await this.attempt('removing orphaned logs', () => rm(folder, { recursive: true, force: true }));
    }
  }

  private isKnown(uid: string): boolean {
    return this.workers.has(uid) || this.waiting.has(uid);
  }

  private async attempt(what: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.log.warn(`Failed ${what}; trying again later`, { error: errorText(error) });
    }
  }

  private start(pod: Pod): void {
    this.log.v(2)?.info('Pod', { pod: fullName(pod), containers: specOf(pod).containers.length });
    const worker = new PodWorker(pod, this.deps, {
      admission: (asking) => this.admit(asking),
      judgeResize: (asking, wanted) => this.options.admission.judgeResize(wanted, this.othersOf(asking).map((other) => other.pod)),
      onFinished: (uid) => this.finished(uid, pod),
    });
    this.workers.set(uidOf(pod), worker);
    worker.notify();
  }

  private admit(asking: PodWorker): Promise<Refusal | undefined> {
    return this.options.admission.decide({ pod: asking.current, others: () => this.othersOf(asking), hold: () => asking.admit() });
  }

  /** The pods whose containers run or may, and that may have to go. */
  evictable(): EvictablePod[] {
    return [...this.workers.values()]
      .filter((worker) => worker.holdsResources && !worker.isEvicted)
      .map((worker) => ({ pod: worker.current, evict: (eviction) => worker.evict(eviction) }));
  }

  /** Removes what the runtime has of pods that have ended, though the API has them still: their logs too. */
  async removeEnded(): Promise<void> {
    for (const worker of this.workers.values())
      if (worker.hasEnded) await this.attempt('removing the containers of a pod that has ended', () => worker.removeContainers());
  }

  private othersOf(asking: PodWorker): HoldingPod[] {
    return [...this.workers.values()]
      .filter((worker) => worker !== asking && worker.holdsResources)
      .map((worker) => ({ pod: worker.current, preempt: () => worker.preempt() }));
  }

  private finished(uid: string, pod: Pod): void {
    this.workers.delete(uid);
    this.options.onFinished?.(pod);
    void this.attempt('removing logs', () => rm(this.deps.paths.podLogs(pod), { recursive: true, force: true }));
    for (const [waitingUid, next] of this.waiting) {
      if (fullName(next) !== fullName(pod)) continue;
      this.waiting.delete(waitingUid);
      this.start(next);
      return;
    }
  }
}
