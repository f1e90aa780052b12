/** Not more calls than this are under way at once. */
const MAX_BATCH = 500;

/** How a batch of equal calls went. */
export interface BatchResult {
  readonly succeeded: number;
  /** The first failure of the batch that ended it. */
  readonly error?: unknown;
}

/**
 * Makes `count` calls in batches of 1, 2, 4, …: if all would fail for the same reason (quota), only a few are made. Each gets its
 * number, from 0. Ends with the first batch that has a failure. (slowStartBatch)
 */
export async function slowStart(count: number, call: (index: number) => Promise<void>, initialBatch = 1): Promise<BatchResult> {
  let succeeded = 0;
  for (let batch = Math.min(count, initialBatch); batch > 0; batch = Math.min(2 * batch, count - succeeded, MAX_BATCH)) {
    const first = succeeded;
    const results = await Promise.allSettled(Array.from({ length: batch }, (_, i) => call(first + i)));
    succeeded += results.filter(({ status }) => status === 'fulfilled').length;
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) return { succeeded, error: failed.reason };
  }
  return { succeeded };
}
