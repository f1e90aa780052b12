import { pods } from '@typekube/client';
import { Revisions } from '../history/revisions';
import type { ControllerRevision, DaemonSet, Pod } from '../shared/objects';
import { REVISION_HASH } from './daemon-template';
import { hashOf, newRevision, planCleanup, splitHistory } from './plan-history';
import type { DaemonSetSyncContext } from './reconcile';

/** The present revision of a daemon set, and the others. */
export interface FoundHistory {
  readonly hash: string;
  readonly old: readonly ControllerRevision[];
  readonly collisionCount: number | undefined;
}

/** Finds or makes the revision of the present template, and numbers it as the newest. */
export class DaemonHistorySync {
  private readonly revisions: Revisions;

  constructor(
    private readonly context: DaemonSetSyncContext,
    private readonly daemonSet: DaemonSet,
  ) {
    this.revisions = new Revisions(context.world.deps, context.world.revisions, context.claiming);
  }

  /**
   * `ownPods` are the pods of the daemon set. Where there were two revisions of the template, they become one, and undefined is given: what
   * was written for that wakes the controller again.
   */
  async find(ownPods: readonly Pod[]): Promise<FoundHistory | undefined> {
    const { spec, status } = this.daemonSet;
    const claimed = await this.revisions.claim(spec?.selector);
    const labeled = await Promise.all(claimed.map((revision) => this.ensureLabel(revision)));
    const { current, doubles, old, number } = splitHistory(this.daemonSet, labeled);
    if (!current) return this.create(number, old);
    if (doubles.length > 0) return this.mergeDoubles(current, doubles, ownPods);
    if (current.revision < number) await this.revisions.update({ ...current, revision: number });
    return { hash: hashOf(current) ?? '', old, collisionCount: status?.collisionCount };
  }

  /** Old revisions beyond the limit go. */
  async cleanUp(old: readonly ControllerRevision[], ownPods: readonly Pod[]): Promise<void> {
    for (const revision of planCleanup(this.daemonSet, old, ownPods)) await this.revisions.delete(revision);
  }

  private async create(number: number, old: readonly ControllerRevision[]): Promise<FoundHistory> {
    const { spec, status } = this.daemonSet;
    const before = status?.collisionCount;
    const make = (count: number): ControllerRevision => newRevision(this.daemonSet, number, count === 0 ? before : count);
    const { revision, collisionCount } = await this.revisions.create(spec?.template ?? {}, make, before ?? 0);
    return { hash: hashOf(revision) ?? '', old, collisionCount: collisionCount === 0 ? before : collisionCount };
  }

  /** One without the label gets its name for it, which is as unique as a hash. */
  private async ensureLabel(revision: ControllerRevision): Promise<ControllerRevision> {
    const { metadata } = revision;
    if (hashOf(revision) !== undefined) return revision;
    const labels = { ...metadata.labels, [REVISION_HASH]: metadata.name ?? '' };
    return this.revisions.update({ ...revision, metadata: { ...metadata, labels } });
  }

  /** Pods of the doubles are told that they are of the other one. (dedupCurHistories) */
  private async mergeDoubles(
    kept: ControllerRevision,
    doubles: readonly ControllerRevision[],
    ownPods: readonly Pod[],
  ): Promise<undefined> {
    const { world, claiming } = this.context;
    const merged = new Set(doubles.map(hashOf));
    const resource = world.deps.client.for(pods, this.daemonSet.metadata.namespace ?? '');
    const labels = { [REVISION_HASH]: hashOf(kept) };
    for (const { metadata } of ownPods.filter((pod) => merged.has(hashOf(pod)))) {
      const body = { metadata: { uid: metadata.uid, labels } };
      await resource.patch(metadata.name ?? '', { type: 'merge', body }, { signal: claiming.signal });
    }
    for (const revision of doubles) await this.revisions.delete(revision);
    return undefined;
  }
}
