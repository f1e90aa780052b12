import type { corev1 } from '@typekube/api';
import { hasReason, jsonEqual } from '@typekube/apimachinery';
import { type Client, pods, retryOnConflict, shared } from '@typekube/client';
import { type Clock, type Logger, sleep } from '@typekube/component-base';
import { nameOf, namespaceOf, type Pod, podText, uidOf } from '../objects';
import { errorText } from '../program';
import { isStatic } from '../static-pods/annotations';
import { LocalStatuses, type Statuses } from './statuses';

interface Entry {
  /** The newest object that the server answered: newer than what the watch has told yet. */
  written?: Pod;
  /** What is to be written; a newer status takes its place. */
  pending?: { readonly pod: Pod; readonly status: corev1.PodStatus };
  writing?: Promise<void>;
}

const RETRY_MILLISECONDS = 1000;

/**
 * Writes statuses to the API server, only where they changed, and until they are written. Nobody waits for it: containers are looked after
 * also while the server is away.
 */
export class StatusWriter implements Statuses {
  /** Of static pods: the API has only their mirrors. */
  private readonly ofStatic = new LocalStatuses();
  private readonly entries = new Map<string, Entry>();
  private readonly closed = new AbortController();

  constructor(
    private readonly client: Client,
    private readonly options: {
      readonly clock: Clock;
      readonly log: Logger;
      /** The mirror of a static pod, where the API has it. */
      readonly mirrorOf: (pod: Pod) => Pod | undefined;
    },
  ) {}

  /**
   * The pod with the newest status that is known. It bears the metadata of that version: a version of one object with the finalizers of an
   * older one, written back, would give the pod finalizers again that were taken from it since.
   */
  newest(pod: Pod): Pod {
    if (isStatic(pod)) return this.newestStatic(pod);
    const { written, pending } = this.entries.get(uidOf(pod)) ?? {};
    const isNewer = written && Number(written.metadata.resourceVersion) > Number(pod.metadata.resourceVersion);
    const base: Pod = isNewer ? { ...pod, status: written.status ?? {}, metadata: written.metadata } : pod;
    return pending ? { ...base, status: pending.status } : base;
  }

  submit(pod: Pod, status: corev1.PodStatus): void {
    if (isStatic(pod)) return this.submitStatic(pod, status);
    this.write(uidOf(pod), pod, status);
  }

  /** An earlier kubelet may have written it to the mirror: it goes on from there, but for an end, as a static pod begins anew. */
  private newestStatic(pod: Pod): Pod {
    const known = this.ofStatic.newest(pod);
    if (known !== pod) return known;
    const { status } = this.options.mirrorOf(pod) ?? {};
    return !status || status.phase === 'Failed' || status.phase === 'Succeeded' ? pod : { ...pod, status };
  }

  private submitStatic(pod: Pod, status: corev1.PodStatus): void {
    this.ofStatic.submit(pod, status);
    const mirror = this.options.mirrorOf(pod);
    if (!mirror) return;
    const { generation } = mirror.metadata;
    this.write(uidOf(pod), mirror, { ...status, ...(generation !== undefined && { observedGeneration: generation }) });
  }

  private write(uid: string, pod: Pod, status: corev1.PodStatus): void {
    const entry = this.entries.get(uid) ?? {};
    this.entries.set(uid, entry);
    if (!jsonEqual(pod.status, status)) entry.pending = { pod, status };
    if (entry.pending) entry.writing ??= this.drain(entry).finally(() => delete entry.writing);
  }

  async flushed(uid: string): Promise<void> {
    await this.entries.get(uid)?.writing;
  }

  /** The uid guards a new pod of the same name. */
  async remove(pod: Pod): Promise<void> {
    try {
      await this.client
        .for(pods, namespaceOf(pod))
        .delete(nameOf(pod), { gracePeriodSeconds: 0, preconditions: { uid: uidOf(pod) } });
    } catch (error) {
      if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error;
    }
  }

  forget(uid: string): void {
    this.ofStatic.forget(uid);
    const entry = this.entries.get(uid);
    if (entry) delete entry.pending;
    this.entries.delete(uid);
  }

  /** What is not written yet is given up; a kubelet that starts again finds it anew. */
  close(): void {
    this.closed.abort();
  }

  private async drain(entry: Entry): Promise<void> {
    const { clock, log } = this.options;
    while (entry.pending && !this.closed.signal.aborted) {
      const { pending } = entry;
      try {
        const answer = await this.put(pending.pod, pending.status);
        if (answer) entry.written = answer;
        if (entry.pending === pending) delete entry.pending;
      } catch (error) {
        log.warn('Failed to update status for pod; trying again', { pod: podText(pending.pod), error: errorText(error) });
        await sleep(clock, RETRY_MILLISECONDS, this.closed.signal).catch(() => undefined);
      }
    }
  }

  /**
   * What the server has then; undefined where it has the pod no more. Where somebody else has changed the pod meanwhile, what they wrote stays, but
   * for what is the kubelet's.
   */
  private async put(pod: Pod, status: corev1.PodStatus): Promise<Pod | undefined> {
    const client = this.client.for(pods, namespaceOf(pod));
    try {
      return shared(await client.updateStatus({ ...pod, status }));
    } catch (error) {
      if (hasReason(error, 'NotFound')) return undefined;
      if (!hasReason(error, 'Conflict')) throw error;
    }
    return retryOnConflict(async () => {
      const current = await client.get(nameOf(pod)).catch((error: unknown) => {
        if (hasReason(error, 'NotFound')) return undefined;
        throw error;
      });
      if (!current || current.metadata.uid !== uidOf(pod)) return undefined;
      return shared(
        await client.updateStatus({ ...current, status: { ...status, conditions: mergeConditions(current, status) } }),
      );
    });
  }
}

const OWN_CONDITIONS: ReadonlySet<string> = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]);

function mergeConditions(current: corev1.Pod, { conditions = [] }: corev1.PodStatus): corev1.PodCondition[] {
  const others = (current.status?.conditions ?? []).filter(({ type }) => !OWN_CONDITIONS.has(type));
  // A disruption may be told by the kubelet as well as by others.
  const isNews = ({ type }: corev1.PodCondition): boolean => type === 'DisruptionTarget' && !others.some((other) => other.type === type);
  return [...others, ...conditions.filter((condition) => OWN_CONDITIONS.has(condition.type) || isNews(condition))];
}
