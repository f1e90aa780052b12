import type { RequestInfo } from '../http/request-info';

const LONG_SUBRESOURCES: ReadonlySet<string> = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);

/** Requests that last as long as the client wants: exempt from time limits and in-flight limits. */
export function isLongRunning({ verb, subresource }: RequestInfo): boolean {
  return verb === 'watch' || verb === 'proxy' || LONG_SUBRESOURCES.has(subresource);
}
