import { objectKey } from '@typekube/client';
import type { Job, Pod } from '../shared/objects';
import { type Backoff, backoffAfter, NO_BACKOFF } from './backoff';
import { isPodFailed, isPodSucceeded } from './job-fields';
import type { Tally } from './tally';

interface Remembered {
  readonly uid: string | undefined;
  readonly backoff: Backoff;
}

/** What is known of each job's failures since its last success. After a restart it is found in the pods that are still there. */
export class Backoffs {
  private readonly known = new Map<string, Remembered>();

  /** With the pods that have ended since. It is kept when the status that counts those is written: else they would come again. */
  next(job: Job, pods: readonly Pod[], { newlySucceeded, newlyFailed }: Tally): Backoff {
    const before = this.known.get(objectKey(job));
    if (before && before.uid === job.metadata.uid) return backoffAfter(before.backoff, newlySucceeded, newlyFailed);
    return backoffAfter(NO_BACKOFF, pods.filter(isPodSucceeded), pods.filter((pod) => isPodFailed(pod, job)));
  }

  keep(job: Job, backoff: Backoff): void {
    this.known.set(objectKey(job), { uid: job.metadata.uid, backoff });
  }

  forget(key: string): void {
    this.known.delete(key);
  }
}
