import type { Writable } from 'node:stream';

/** So many go out together at most: the first of a long turn must not wait for its end. */
const MAX_TOGETHER = 16;

/** Complete answers whose last bytes wait for the end of this turn of the loop. */
let waiting: { readonly response: Writable; readonly body: Buffer }[] = [];
let endedAt = -Infinity;

/**
 * Ends an answer together with the others of this turn of the loop. Sending to a client that sleeps wakes it up, in our time: done right after each
 * request, that costs as much as the request itself; done for all at once, most of them find their client awake.
 */
export function endTogether(response: Writable, body: Buffer): void {
  const count = waiting.push({ response, body });
  if (count === 1) setImmediate(endAll);
  if (count === MAX_TOGETHER) endAll();
}

/** Ends those that wait. */
export function endAll(): void {
  if (waiting.length === 0) return;
  const all = waiting;
  waiting = [];
  endedAt = performance.now();
  for (const { response, body } of all) response.end(body);
}

/** When answers were last ended, by `performance.now()`. */
export function lastEndAt(): number {
  return endedAt;
}
