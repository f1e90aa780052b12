import { type Clock, systemClock } from '@typekube/component-base';

/** After this long what did not come is no longer waited for (controller.ExpectationsTimeout). */
const TIMEOUT_MILLISECONDS = 5 * 60_000;

interface Expected {
  creations: number;
  readonly deletions: Set<string>;
  readonly since: number;
}

/**
 * What a controller has done and not yet seen in its cache. Until it has seen it, counting the cache would make it do the same
 * again: so it skips managing dependents while `satisfied` is false. Deletions are told apart by UID (or any other text), since
 * one is seen as an update and as a deletion. (UIDTrackingControllerExpectations)
 */
export class Expectations {
  private readonly expected = new Map<string, Expected>();

  constructor(private readonly clock: Clock = systemClock) {}

  /** Whether the cache shows everything that was done for the key, or it was waited for too long. */
  satisfied(key: string): boolean {
    const expected = this.expected.get(key);
    if (!expected) return true;
    const isFulfilled = expected.creations <= 0 && expected.deletions.size === 0;
    return isFulfilled || this.clock.monotonic() - expected.since > TIMEOUT_MILLISECONDS;
  }

  /** So many objects are about to be created. Call it before creating the first: the informer may be faster than the answer. */
  expectCreations(key: string, count: number): void {
    this.expect(key, { creations: count, deletions: [] });
  }

  /** These objects are about to be deleted. */
  expectDeletions(key: string, ids: Iterable<string>): void {
    this.expect(key, { creations: 0, deletions: ids });
  }

  /** Both at once. What was expected before is forgotten. */
  expect(key: string, { creations, deletions }: { readonly creations: number; readonly deletions: Iterable<string> }): void {
    this.expected.set(key, { creations, deletions: new Set(deletions), since: this.clock.monotonic() });
  }

  /** One was seen, or will not come because creating it failed. */
  creationObserved(key: string): void {
    const expected = this.expected.get(key);
    if (expected) expected.creations -= 1;
  }

  /** It was seen, or will not go because deleting it failed. */
  deletionObserved(key: string, id: string): void {
    this.expected.get(key)?.deletions.delete(id);
  }

  /** The object of the key is gone. */
  delete(key: string): void {
    this.expected.delete(key);
  }
}
