import { hasReason } from '@typekube/apimachinery';
import { objectKey, pods } from '@typekube/client';
import type { Job, Pod, PodTemplateSpec } from '../shared/objects';
import { isNamespaceTerminating, PodControl, type PodOwner } from '../shared/pod-control';
import { isPodReady } from '../shared/pod-state';
import { slowStart } from '../shared/slow-start';
import { TRACKING_FINALIZER } from './job-fields';
import { JOB, type JobWorld } from './job-world';

/** A pod that is to be made, with the prefix of its name where that is not the job's. */
export interface WantedPod {
  readonly template: PodTemplateSpec;
  readonly generateName?: string;
}

/** How making or deleting went. Failures are given, not thrown: the status is written first. */
export interface Written {
  readonly count: number;
  /** Of deleted pods those that were ready. */
  readonly ready: number;
  readonly failure?: unknown;
}

/** Makes, deletes and lets go the pods of one job. */
export class PodWriter {
  private readonly control: PodControl;
  private readonly owner: PodOwner;

  constructor(
    private readonly world: JobWorld,
    job: Job,
    private readonly signal: AbortSignal,
  ) {
    this.control = new PodControl(world.deps);
    this.owner = { object: job, kind: JOB, signal };
  }

  async create(wanted: readonly WantedPod[]): Promise<Written> {
    const { expectations } = this.world;
    const key = objectKey(this.owner.object);
    expectations.expectCreations(key, wanted.length);
    const rest = wanted.values();
    const { succeeded, error } = await slowStart(wanted.length, async () => {
      const { template = {}, generateName } = rest.next().value ?? {};
      try {
        await this.control.create(template, this.owner, generateName);
      } catch (failure) {
        if (!isNamespaceTerminating(failure)) throw failure;
        expectations.creationObserved(key);
      }
    });
    for (let missing = succeeded; missing < wanted.length; missing++) expectations.creationObserved(key);
    return { count: succeeded, ready: 0, ...(error !== undefined && { failure: error }) };
  }

  /** Pods that the job does not want any more, and that shall not count: they lose their finalizer first. */
  async withdraw(doomed: readonly Pod[]): Promise<Written> {
    const { expectations } = this.world;
    const key = objectKey(this.owner.object);
    expectations.expectDeletions(key, doomed.map(objectKey));
    return this.each(doomed, async (pod) => {
      try {
        await this.removeFinalizer(pod);
        await this.control.delete(pod, this.owner);
      } catch (error) {
        expectations.deletionObserved(key, objectKey(pod));
        throw error;
      }
    });
  }

  /** Pods of a job that ends: they are counted afterwards. */
  end(doomed: readonly Pod[]): Promise<Written> {
    return this.each(doomed, (pod) => this.control.delete(pod, this.owner));
  }

  /** Lets counted pods go; gives those that are free of the finalizer. */
  async release(counted: readonly Pod[]): Promise<{ readonly released: readonly Pod[]; readonly failure?: unknown }> {
    const { untracked } = this.world;
    const released: Pod[] = [];
    const { failure } = await this.each(counted, async (pod) => {
      const uid = pod.metadata.uid ?? '';
      untracked.add(uid);
      try {
        await this.removeFinalizer(pod);
      } catch (error) {
        untracked.delete(uid);
        if (!hasReason(error, 'NotFound')) throw error;
      }
      released.push(pod);
    });
    return { released, ...(failure !== undefined && { failure }) };
  }

  private removeFinalizer(pod: Pod): Promise<void> {
    return removeTrackingFinalizer(this.world, pod, this.signal);
  }

  /** One that is gone already counts as done. */
  private async each(objects: readonly Pod[], work: (pod: Pod) => Promise<void>): Promise<Written> {
    let [count, ready] = [0, 0];
    const results = await Promise.allSettled(
      objects.map(async (pod) => {
        try {
          await work(pod);
        } catch (error) {
          if (!hasReason(error, 'NotFound')) throw error;
        }
        count++;
        if (isPodReady(pod)) ready++;
      }),
    );
    const failure: unknown = results.find((result) => result.status === 'rejected')?.reason;
    return { count, ready, ...(failure !== undefined && { failure }) };
  }
}

/** @throws what the server says, also `NotFound`. */
export async function removeTrackingFinalizer({ deps }: Pick<JobWorld, 'deps'>, { metadata }: Pod, signal: AbortSignal): Promise<void> {
  if (!metadata.finalizers?.includes(TRACKING_FINALIZER)) return;
  const { namespace = '', name = '' } = metadata;
  const body = { metadata: { '$deleteFromPrimitiveList/finalizers': [TRACKING_FINALIZER] } };
  await deps.client.for(pods, namespace).patch(name, { type: 'strategic', body }, { signal });
}
