import type { ApiRequest, ApiResponse } from '../http/messages';

/** Answers a request. A thrown or rejected `StatusError` becomes the answer. No promise where nothing waits. */
export type Handler = (request: ApiRequest, response: ApiResponse) => void | Promise<void>;

/** Wraps a handler, as upstream's `genericapifilters.With…`. */
export type Filter = (next: Handler) => Handler;

/** Composes filters, outermost first, around a handler. */
export function compose(filters: readonly Filter[], handler: Handler): Handler {
  return filters.reduceRight((next, filter) => filter(next), handler);
}
