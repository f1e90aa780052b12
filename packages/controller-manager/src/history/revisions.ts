import type { appsv1 } from '@typekube/api';
import { hasReason, type ReadonlyLabelSelector, selectorFromLabelSelector } from '@typekube/apimachinery';
import { controllerRevisions, type Indexer, type ResourceClient } from '@typekube/client';
import { claimObjects, type ClaimingOwner } from '../shared/claim';
import type { ControllerDeps } from '../shared/controller-deps';
import { BY_CONTROLLER, orphansOf } from '../shared/controller-index';
import type { ControllerRevision, PodTemplateSpec } from '../shared/objects';
import { remembers } from './template-data';

/** A new revision, and how many collisions of names there have been by now. */
export interface MadeRevision {
  readonly revision: ControllerRevision;
  readonly collisionCount: number;
}

/** So many names in a row are not taken by chance. */
const MAX_COLLISIONS = 10;

/** The revisions of one set: what its cache shows of them, and what is written. */
export class Revisions {
  private readonly resource: ResourceClient<appsv1.ControllerRevision>;

  constructor(
    { client }: Pick<ControllerDeps, 'client'>,
    private readonly indexer: Indexer<appsv1.ControllerRevision>,
    private readonly claiming: ClaimingOwner,
  ) {
    this.resource = client.for(controllerRevisions, this.namespace);
  }

  /** Those that the set controls, after adopting and releasing. */
  claim(selector: ReadonlyLabelSelector | undefined): Promise<ControllerRevision[]> {
    const { uid = '' } = this.claiming.owner.metadata;
    return claimObjects({
      ...this.claiming,
      selector: selectorFromLabelSelector(selector),
      candidates: [...this.indexer.byIndex(BY_CONTROLLER, uid), ...this.indexer.byIndex(BY_CONTROLLER, orphansOf(this.namespace))],
      dependents: this.resource,
    });
  }

  /**
   * Makes a revision that remembers the template. The cache may not show yet what an earlier pass made: that counts. Anything else
   * under its name is a collision: the next name has another hash.
   */
  async create(
    template: PodTemplateSpec,
    make: (collisionCount: number) => ControllerRevision,
    collisionCount: number,
  ): Promise<MadeRevision> {
    for (let count = collisionCount; ; count++) {
      const wanted = make(count);
      try {
        return { revision: await this.resource.create(wanted, { signal: this.signal }), collisionCount: count };
      } catch (error) {
        if (!hasReason(error, 'AlreadyExists') || count - collisionCount >= MAX_COLLISIONS) throw error;
        const existing = await this.resource.get(wanted.metadata.name ?? '', { signal: this.signal });
        if (remembers(existing, template)) return { revision: existing, collisionCount: count };
      }
    }
  }

  /** Only its number and its labels may change. */
  update(revision: ControllerRevision): Promise<ControllerRevision> {
    return this.resource.update(revision, { signal: this.signal });
  }

  /** One that is gone already is deleted. */
  async delete({ metadata }: ControllerRevision): Promise<void> {
    try {
      await this.resource.delete(metadata.name ?? '', { signal: this.signal });
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
  }

  private get namespace(): string {
    return this.claiming.owner.metadata.namespace ?? '';
  }

  private get signal(): AbortSignal {
    return this.claiming.signal;
  }
}
