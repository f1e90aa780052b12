import { ConnectionError } from './connection-error';
import { headerOf, type Method, type WireResponse } from './http-message';

/** As client-go's `maxRetries`. */
const MAX_RETRIES = 10;
/** What breaks a connection under a request: reset, closed before the answer, gone away. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ERR_HTTP2_GOAWAY_SESSION',
  'ERR_HTTP2_SESSION_ERROR',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_HTTP2_INVALID_SESSION',
  '',
]);

/** What became of one attempt. */
export type Outcome = { readonly response: WireResponse } | { readonly error: unknown };

/**
 * After how many milliseconds the request is to be sent again; undefined where it is not (client-go's with_retry.go):
 *
 * - 429 and 5xx with `Retry-After`: the server says that it did nothing, so any method;
 * - a request that certainly was not handled: any method, at once;
 * - a connection that broke: GET only, after a second. A refused connection is not tried again: the caller decides how long to
 *   wait.
 */
export function retryDelay(method: Method, outcome: Outcome, retries: number): number | undefined {
  if (retries >= MAX_RETRIES) return undefined;
  if ('response' in outcome) return retryAfterMilliseconds(outcome.response);
  const { error } = outcome;
  if (!(error instanceof ConnectionError)) return undefined;
  if (error.notSent) return 0;
  return method === 'GET' && TRANSIENT.has(error.code) && !isTrustProblem(error) ? 1000 : undefined;
}

function retryAfterMilliseconds(response: WireResponse): number | undefined {
  if (response.status !== 429 && response.status < 500) return undefined;
  const seconds = headerOf(response, 'retry-after');
  return seconds !== undefined && /^\d+$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

/** Errors of checking a name or a certificate have no transient code, and stay. */
function isTrustProblem({ code, message }: ConnectionError): boolean {
  return code === '' && !/connection lost|socket hang up|unexpected EOF$/.test(message);
}
