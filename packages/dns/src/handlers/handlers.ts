import type { Query } from '../server/query';

/** Answers a request with a whole message, however long; rejects where it cannot. What needs no waiting answers at once. */
export type Handler = (query: Query) => Buffer | Promise<Buffer>;

/** A handler that answers by itself, or has the next one answer. */
export type HandlerWithNext = (query: Query, next: Handler) => Buffer | Promise<Buffer>;

/** The handlers as one, the first in the list outermost. */
export function chain(handlers: readonly HandlerWithNext[], last: Handler): Handler {
  return handlers.reduceRight<Handler>((next, handler) => (query) => handler(query, next), last);
}
