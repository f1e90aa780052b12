import { hasReason } from '@typekube/apimachinery';
import { type Expectations, objectKey } from '@typekube/client';
import type { Pod, PodTemplateSpec } from './objects';
import { isNamespaceTerminating, type PodControl, type PodOwner } from './pod-control';
import { slowStart } from './slow-start';

/** What is to be done about the pods of an owner. */
export interface PodChanges {
  readonly create: readonly PodTemplateSpec[];
  readonly delete: readonly Pod[];
}

/** Makes and deletes pods for a controller that waits until its cache shows what it did. */
export class ExpectedPods {
  constructor(
    private readonly control: PodControl,
    private readonly expectations: Expectations,
  ) {}

  /** Gives the first failure instead of throwing it: the owner's status tells of it first. */
  async change(owner: PodOwner, changes: PodChanges): Promise<unknown> {
    const key = objectKey(owner.object);
    this.expectations.expect(key, { creations: changes.create.length, deletions: changes.delete.map(objectKey) });
    const created = await this.create(key, owner, changes.create);
    const deleted = await this.delete(key, owner, changes.delete);
    return created ?? deleted;
  }

  private async create(key: string, owner: PodOwner, templates: readonly PodTemplateSpec[]): Promise<unknown> {
    const { succeeded, error } = await slowStart(templates.length, async (index) => {
      try {
        await this.control.create(templates[index] ?? {}, owner);
      } catch (failure) {
        if (!isNamespaceTerminating(failure)) throw failure;
        // Whatever is made here would go at once; the namespace's deletion ends the owner too.
        this.expectations.creationObserved(key);
      }
    });
    for (let skipped = succeeded; skipped < templates.length; skipped++) this.expectations.creationObserved(key);
    return error;
  }

  private async delete(key: string, owner: PodOwner, doomed: readonly Pod[]): Promise<unknown> {
    const results = await Promise.allSettled(
      doomed.map(async (pod) => {
        try {
          await this.control.delete(pod, owner);
        } catch (error) {
          this.expectations.deletionObserved(key, objectKey(pod));
          if (!hasReason(error, 'NotFound')) throw error;
        }
      }),
    );
    return results.find((result) => result.status === 'rejected')?.reason;
  }
}
