import type { ApiResponse } from './messages';

/** Complete answers whose last bytes wait for the end of this turn of the loop. */
let waiting: { readonly response: ApiResponse; readonly body: Buffer }[] = [];

/**
 * Ends an answer, together with the others of this turn of the loop. Sending to a client that sleeps wakes it up, in our time: done right after each
 * request, that costs as much as the request itself; done for all at once, most of them find their client awake.
 */
export function endTogether(response: ApiResponse, body: Buffer): void {
  if (waiting.push({ response, body }) === 1) setImmediate(endAll);
}

function endAll(): void {
  const all = waiting;
  waiting = [];
  for (const { response, body } of all) response.end(body);
}
