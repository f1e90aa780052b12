import type { KubeObject } from '@typekube/apimachinery';
import { type DeepReadonly, objectKey } from '@typekube/client';

/**
 * Objects as this process last wrote them, until the cache has them or something newer. Who adds to what stands in a status would
 * count twice, or not at all, on one that it knows to be old.
 */
export class NewestWritten<T extends KubeObject> {
  private readonly written = new Map<string, DeepReadonly<T>>();

  note(object: DeepReadonly<T>): void {
    this.written.set(objectKey(object), object);
  }

  /** The newer of the cache's and of what was written. */
  newest(key: string, cached: DeepReadonly<T> | undefined): DeepReadonly<T> | undefined {
    const written = this.written.get(key);
    if (written && cached && isNewer(written, cached)) return written;
    this.written.delete(key);
    return cached;
  }
}

/** Resource versions of one resource can be compared as numbers. */
function isNewer(a: DeepReadonly<KubeObject>, b: DeepReadonly<KubeObject>): boolean {
  return a.metadata.uid === b.metadata.uid && versionOf(a) > versionOf(b);
}

function versionOf({ metadata: { resourceVersion = '' } }: DeepReadonly<KubeObject>): bigint {
  return /^\d+$/.test(resourceVersion) ? BigInt(resourceVersion) : 0n;
}
