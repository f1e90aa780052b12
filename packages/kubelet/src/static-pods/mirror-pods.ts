import type { corev1 } from '@typekube/api';
import { hasReason } from '@typekube/apimachinery';
import { type Client, type DeepReadonly, pods } from '@typekube/client';
import { type Clock, type Logger, sleep } from '@typekube/component-base';
import { fullName, nameOf, namespaceOf, type Pod, podText, uidOf } from '../objects';
import { errorText } from '../program';
import { isMirrorOf, MIRROR, HASH } from './annotations';

/** What runs here of that name (`namespace/name`). */
export interface StaticPods {
  /** The static pod; `isEnding`: its file is gone. */
  find(fullName: string): { readonly pod: Pod; readonly isEnding: boolean } | undefined;
  fullNames(): readonly string[];
}

export interface MirrorPodsOptions {
  readonly client: Client;
  readonly statics: StaticPods;
  /** This node as the API has it. */
  readonly node: () => DeepReadonly<corev1.Node> | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

const RETRY_MILLISECONDS = 1000;
/** The node may come, or a pod of the same name go, without anything being told here. */
const RECHECK_MILLISECONDS = 10_000;

/**
 * Keeps a picture of each static pod in the API, so that it is seen there (upstream's mirror pods). One that is deleted is made again; one whose pod has
 * changed is made anew; one whose pod has ended for good is taken away.
 */
export class MirrorPods {
  private readonly mirrors = new Map<string, Pod>();
  private wake = new AbortController();

  constructor(private readonly options: MirrorPodsOptions) {}

  /** The API has the mirror so. */
  see(mirror: Pod): void {
    this.mirrors.set(fullName(mirror), mirror);
    this.notify();
  }

  /** The API has it no more. */
  gone(mirror: Pod): void {
    if (this.mirrors.get(fullName(mirror))?.metadata.uid === mirror.metadata.uid) this.mirrors.delete(fullName(mirror));
    this.notify();
  }

  /** The mirror of a static pod, as it is now. */
  of(pod: Pod): Pod | undefined {
    const mirror = this.mirrors.get(fullName(pod));
    return mirror && isMirrorOf(mirror, pod) && mirror.metadata.deletionTimestamp === undefined ? mirror : undefined;
  }

  /** Static pods have come, changed or gone. */
  notify(): void {
    this.wake.abort();
  }

  /** Begin it only when the mirrors that the API has are known. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.wake = new AbortController();
      const names = new Set([...this.mirrors.keys(), ...this.options.statics.fullNames()]);
      const outcomes = await Promise.all([...names].map((name) => this.reconcile(name)));
      const pause = outcomes.every(Boolean) ? RECHECK_MILLISECONDS : RETRY_MILLISECONDS;
      await sleep(this.options.clock, pause, AbortSignal.any([signal, this.wake.signal])).catch(() => undefined);
    }
  }

  /** Whether it is as it should be. */
  private async reconcile(name: string): Promise<boolean> {
    const { statics, log } = this.options;
    const mirror = this.mirrors.get(name);
    const found = statics.find(name);
    try {
      if (!found) return mirror === undefined || (await this.remove(mirror));
      // Until its containers have ended it is shown; what comes after it waits for that.
      if (found.isEnding) return true;
      if (mirror && this.of(found.pod)) return true;
      if (mirror) await this.remove(mirror);
      return await this.create(found.pod);
    } catch (error) {
      log.warn('Failed to bring a mirror pod up to date; trying again', { pod: name, error: errorText(error) });
      return false;
    }
  }

  private async create(pod: Pod): Promise<boolean> {
    const node = this.options.node();
    if (!node?.metadata.uid || node.metadata.deletionTimestamp !== undefined) return false;
    const answer = await this.options.client.for(pods, namespaceOf(pod)).create(mirrorFor(pod, node.metadata));
    this.options.log.v(2)?.info('Created a mirror pod', { pod: podText(pod) });
    // What was told meanwhile is newer.
    if (!this.mirrors.has(fullName(pod))) this.mirrors.set(fullName(pod), answer);
    return true;
  }

  /** The uid guards another pod of the name. */
  private async remove(mirror: Pod): Promise<boolean> {
    const preconditions = { uid: uidOf(mirror) };
    try {
      await this.options.client.for(pods, namespaceOf(mirror)).delete(nameOf(mirror), { gracePeriodSeconds: 0, preconditions });
    } catch (error) {
      if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error;
    }
    this.options.log.v(2)?.info('Deleted a mirror pod', { pod: podText(mirror) });
    if (this.mirrors.get(fullName(mirror)) === mirror) this.mirrors.delete(fullName(mirror));
    return true;
  }
}

/** It belongs to the node, as NodeRestriction asks. */
export function mirrorFor(pod: Pod, { name = '', uid = '' }: DeepReadonly<corev1.Node>['metadata']): Pod {
  const { uid: _uid, resourceVersion: _resourceVersion, annotations, ...metadata } = pod.metadata;
  return {
    ...pod,
    metadata: {
      ...metadata,
      annotations: { ...annotations, [MIRROR]: annotations?.[HASH] ?? '' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid, controller: true }],
    },
  };
}
