import type { Revisions } from '../history/revisions';
import { templateOf } from '../history/template-data';
import type { ControllerRevision, Pod, StatefulSet } from '../shared/objects';
import { newRevision, planTruncation, planUpdateRevision } from './plan-history';
import type { TemplateRevision } from './set-state';

/** What pods are, what they become, and what there is besides. */
export interface SetHistory {
  readonly current: TemplateRevision;
  readonly update: TemplateRevision;
  readonly collisionCount: number;
  readonly all: readonly ControllerRevision[];
}

/** Finds or makes the revision of the present template, numbers it as the newest, and finds that which pods are of. */
export class StatefulHistorySync {
  constructor(
    private readonly revisions: Revisions,
    private readonly set: StatefulSet,
  ) {}

  async find(): Promise<SetHistory> {
    const { spec, status } = this.set;
    const all = await this.revisions.claim(spec?.selector);
    const { revision, collisionCount } = await this.ensureUpdate(all);
    const current = all.find(({ metadata }) => metadata.name === status?.currentRevision) ?? revision;
    return { current: readTemplate(current), update: readTemplate(revision), collisionCount, all };
  }

  /** Old revisions beyond the limit go. */
  async truncate({ current, update, all }: SetHistory, pods: readonly Pod[]): Promise<void> {
    const live = [current.name, update.name];
    for (const revision of planTruncation(this.set, all, { live, pods })) await this.revisions.delete(revision);
  }

  private async ensureUpdate(all: readonly ControllerRevision[]): Promise<{ revision: ControllerRevision; collisionCount: number }> {
    const { spec, status } = this.set;
    const collisionCount = status?.collisionCount ?? 0;
    const plan = planUpdateRevision(this.set, all);
    switch (plan.do) {
      case 'keep':
        return { revision: plan.revision, collisionCount };
      case 'renumber':
        return { revision: await this.revisions.update({ ...plan.revision, revision: plan.number }), collisionCount };
      case 'create':
        return this.revisions.create(spec?.template ?? {}, (count) => newRevision(this.set, plan.number, count), collisionCount);
    }
  }
}

function readTemplate(revision: ControllerRevision): TemplateRevision {
  const { name = '' } = revision.metadata;
  const template = templateOf(revision);
  if (!template) throw new Error(`ControllerRevision ${name} holds no template of pods`);
  return { name, template };
}
