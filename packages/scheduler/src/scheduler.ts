import { type Clock, type Logger, silentLogger, systemClock } from '@typekube/component-base';
import { bindPod, type BindOutcome } from './bind';
import type { SchedulerCache } from './cache/cache';
import { assignedPodChange } from './cluster/follow';
import { CycleState } from './framework/cycle-state';
import { Diagnosis, fitMessage } from './framework/diagnosis';
import type { ClusterWriter } from './framework/cluster-writer';
import type { Framework } from './framework/framework';
import type { ClusterReader } from './framework/handle';
import { type Pod, podKey, specOf } from './framework/objects';
import type { QueuedPod } from './framework/queued-pod';
import { isRejected, isSuccess, type Status, statusMessage } from './framework/status';
import type { WaitingPods } from './framework/waiting-pods';
import type { SchedulerMetrics } from './metrics';
import { NO_NODES } from './queue/hints';
import type { SchedulingQueue } from './queue/scheduling-queue';
import type { NodeChooser } from './schedule-one';

export interface SchedulerParts {
  /** By schedulerName. */
  readonly profiles: ReadonlyMap<string, Framework>;
  readonly queue: SchedulingQueue;
  readonly cache: SchedulerCache;
  readonly chooser: NodeChooser;
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  readonly waitingPods: WaitingPods;
  /** Aborted by the scheduler when it takes no more pods. */
  readonly stop: AbortController;
  readonly metrics?: SchedulerMetrics;
  readonly clock?: Clock;
  readonly log?: Logger;
}

/** Why a pod has no node yet. */
interface Failure {
  readonly queued: QueuedPod;
  readonly framework: Framework;
  /** `Unschedulable`: no node fits. `SchedulerError`: something is broken. */
  readonly reason: 'Unschedulable' | 'SchedulerError';
  readonly message: string;
  readonly diagnosis?: Diagnosis;
  /** As PostFilterOutcome. */
  readonly nominatedNodeName?: string | undefined;
  /** When the attempt began. */
  readonly start: number;
}

/** Takes one pod after the other from the queue, chooses its node and binds it; binding goes on beside the next pods. */
export class Scheduler {
  private readonly clock: Clock;
  private readonly log: Logger;
  private readonly bindings = new Set<Promise<void>>();

  constructor(private readonly parts: SchedulerParts) {
    this.clock = parts.clock ?? systemClock;
    this.log = parts.log ?? silentLogger;
  }

  /**
   * Schedules until the queue is closed; resolves when all bindings under way are done. Those that still wait for something are
   * given up.
   */
  async run(): Promise<void> {
    for (let queued = await this.parts.queue.pop(); queued; queued = await this.parts.queue.pop()) await this.scheduleOne(queued);
    this.parts.stop.abort(new Error('the scheduler is stopping'));
    for (const waiting of this.parts.waitingPods.all()) waiting.reject('', 'the scheduler is stopping');
    await Promise.all(this.bindings);
  }

  /** One attempt for one pod that was taken from the queue. Its binding may go on when this resolves. */
  async scheduleOne(queued: QueuedPod): Promise<void> {
    const { pod } = queued;
    const framework = this.parts.profiles.get(specOf(pod).schedulerName || 'default-scheduler');
    if (!framework || this.isSkipped(pod)) return this.parts.queue.done(pod);
    const start = this.clock.monotonic();
    const state = new CycleState();
    const cycle = { framework, state, queued, start };
    const result = this.parts.chooser.choose(framework, state, pod, framework.handle.snapshot());
    this.parts.metrics?.algorithm((this.clock.monotonic() - start) / 1000);
    switch (result.outcome) {
      case 'scheduled':
        return this.assumeAndBind(cycle, result.nodeName);
      case 'noNodes':
        return this.failWithoutNodes(cycle);
      case 'error':
        return this.fail({ ...cycle, reason: 'SchedulerError', message: statusMessage(result.status), nominatedNodeName: '' });
      case 'unschedulable':
        return this.postFilter(cycle, result);
    }
  }

  /** Upstream tries such pods again and again; here they wait for a node, and have it at once when it comes. */
  private failWithoutNodes(cycle: Cycle): Promise<void> {
    const diagnosis = new Diagnosis();
    diagnosis.unschedulablePlugins.add(NO_NODES);
    const message = 'no nodes available to schedule pods';
    return this.fail({ ...cycle, reason: 'Unschedulable', message, diagnosis, nominatedNodeName: '' });
  }

  /** The pod is being deleted, or has a node already that the API server has not told of. */
  private isSkipped(pod: Pod): boolean {
    return pod.metadata.deletionTimestamp !== undefined || this.parts.cache.isAssumed(pod);
  }

  private async postFilter(cycle: Cycle, { allNodes, diagnosis }: { allNodes: number; diagnosis: Diagnosis }): Promise<void> {
    const { framework, state, queued } = cycle;
    const outcome = framework.plugins.postFilter.length
      ? await framework.postFilter(state, queued.pod, diagnosis.nodeStatuses)
      : undefined;
    diagnosis.postFilterMessage = statusMessage(outcome?.status);
    if (outcome?.status.code === 'Error') this.log.error('PostFilter failed', outcome.status.error, { pod: podKey(queued.pod) });
    const nominatedNodeName = outcome ? outcome.nominatedNodeName : '';
    await this.fail({
      ...cycle,
      reason: 'Unschedulable',
      message: fitMessage(allNodes, diagnosis),
      diagnosis,
      nominatedNodeName,
    });
  }

  private async assumeAndBind(cycle: Cycle, nodeName: string): Promise<void> {
    const { framework, state, queued } = cycle;
    const { cache } = this.parts;
    const assumed: Pod = { ...queued.pod, spec: { ...specOf(queued.pod), nodeName } };
    cache.assume(assumed);
    this.parts.queue.nominator.delete(assumed);
    const refusal = reserveAndPermit(framework, state, assumed, nodeName);
    if (refusal) {
      framework.unreserve(state, assumed, nodeName);
      cache.forget(assumed);
      return this.fail({ ...cycle, ...refused(refusal, nodeName), nominatedNodeName: '' });
    }
    const binding = this.bind(cycle, assumed, nodeName).finally(() => this.bindings.delete(binding));
    this.bindings.add(binding);
  }

  private async bind(cycle: Cycle, assumed: Pod, nodeName: string): Promise<void> {
    const { framework, state, queued, start } = cycle;
    const { cache, queue, metrics } = this.parts;
    const outcome = await bindPod({ framework, state, pod: assumed, nodeName, onPermitted: () => queue.done(assumed) });
    if (outcome.isBound) {
      cache.finishBinding(assumed);
      metrics?.attempt('scheduled', framework.profile, (this.clock.monotonic() - start) / 1000);
      metrics?.scheduled(queued.attempts, (this.clock.now() - (queued.initialAttemptTimestamp ?? this.clock.now())) / 1000);
      this.reportBound(framework, assumed, nodeName);
      return;
    }
    await this.undo(cycle, { assumed, nodeName, outcome });
  }

  /** The pod does not go where it was meant to: what it would have taken there is free for others. */
  private async undo(
    cycle: Cycle,
    { assumed, nodeName, outcome }: { assumed: Pod; nodeName: string; outcome: BindOutcome },
  ): Promise<void> {
    cycle.framework.unreserve(cycle.state, assumed, nodeName);
    this.parts.cache.forget(assumed);
    this.parts.queue.onChange(
      assignedPodChange('Delete', assumed, undefined),
      (pod) => pod.metadata.uid !== assumed.metadata.uid,
    );
    const status = outcome.status ?? { code: 'Error', reasons: ['binding failed'] };
    await this.fail({ ...cycle, ...refused(status, nodeName), nominatedNodeName: '' });
  }

  private reportBound(framework: Framework, pod: Pod, nodeName: string): void {
    this.log.v(2)?.info('Successfully bound pod to node', { pod: podKey(pod), node: nodeName });
    const note = `Successfully assigned ${podKey(pod)} to ${nodeName}`;
    this.parts.writer.event(framework.profile, pod, { type: 'Normal', reason: 'Scheduled', action: 'Binding', note });
  }

  /** Puts the pod back into the queue and says why: in an event and in its PodScheduled condition. (handleSchedulingFailure) */
  private async fail(failure: Failure): Promise<void> {
    const { queued, framework, reason, message, diagnosis, nominatedNodeName, start } = failure;
    const { queue, writer, metrics } = this.parts;
    metrics?.attempt(
      reason === 'Unschedulable' ? 'unschedulable' : 'error',
      framework.profile,
      (this.clock.monotonic() - start) / 1000,
    );
    this.logFailure(failure);
    const pod = this.requeue(queued, diagnosis);
    if (!pod) return;
    if (nominatedNodeName !== undefined) queue.nominator.add(pod, nominatedNodeName);
    writer.event(framework.profile, pod, {
      type: 'Warning',
      reason: 'FailedScheduling',
      action: 'Scheduling',
      note: shortened(message),
    });
    const observedGeneration = pod.metadata.generation;
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason,
      message,
      ...(observedGeneration && { observedGeneration }),
    };
    try {
      await writer.patchStatus(pod, { condition, ...(nominatedNodeName !== undefined && { nominatedNodeName }) });
    } catch (error) {
      this.log.error('Error updating pod', error, { pod: podKey(pod) });
    }
  }

  private logFailure({ queued, reason, message }: Failure): void {
    const pod = podKey(queued.pod);
    if (reason === 'SchedulerError') this.log.error('Error scheduling pod; retrying', undefined, { pod, message });
    else this.log.v(2)?.info('Unable to schedule pod; no fit; waiting', { pod, message });
  }

  /** The pod as it is now, back in the queue; undefined where it is gone, or has a node. */
  private requeue(queued: QueuedPod, diagnosis: Diagnosis | undefined): Pod | undefined {
    const { name = '', namespace = '', uid } = queued.pod.metadata;
    const current = this.parts.reader.pod(namespace, name);
    if (!current || current.metadata.uid !== uid || specOf(current).nodeName) {
      this.parts.queue.done(queued.pod);
      return undefined;
    }
    queued.pod = current;
    queued.unschedulablePlugins = new Set(diagnosis?.unschedulablePlugins);
    queued.pendingPlugins = new Set(diagnosis?.pendingPlugins);
    this.parts.queue.addUnschedulable(queued);
    return current;
  }
}

interface Cycle {
  readonly framework: Framework;
  readonly state: CycleState;
  readonly queued: QueuedPod;
  readonly start: number;
}

function reserveAndPermit(framework: Framework, state: CycleState, pod: Pod, nodeName: string): Status | undefined {
  const reserved = framework.reserve(state, pod, nodeName);
  if (reserved) return reserved;
  const permitted = framework.permit(state, pod, nodeName);
  return isSuccess(permitted) || permitted?.code === 'Wait' ? undefined : permitted;
}

/** What a refusal after the choice comes to: as if the chosen node had been the only one. */
function refused(status: Status, nodeName: string): Pick<Failure, 'reason' | 'message' | 'diagnosis'> {
  if (!isRejected(status)) return { reason: 'SchedulerError', message: statusMessage(status) };
  const diagnosis = new Diagnosis();
  diagnosis.nodeStatuses.set(nodeName, status);
  diagnosis.addPlugin(status);
  return { reason: 'Unschedulable', message: fitMessage(1, diagnosis), diagnosis };
}

/** The longest note that an event takes, in characters. */
const MAX_NOTE = 1024;

function shortened(message: string): string {
  return message.length > MAX_NOTE ? `${message.slice(0, MAX_NOTE - 4)} ...` : message;
}
