import { StoreError, type StoreErrorCode } from '../errors';

/** etcd's error texts (api/v3rpc/rpctypes), which are all that tells one failure from another once the client library is through. */
const CODES: readonly (readonly [RegExp, StoreErrorCode])[] = [
  [/required revision has been compacted/, 'compacted'],
  [/required revision is a future revision/, 'future-revision'],
  [/requested lease not found/, 'lease-not-found'],
  [/database space exceeded/, 'no-space'],
  [/client was already closed/, 'closed'],
];

/** gRPC failures that mean the server was not reached, could not answer or did not answer in time; etcd's own of the same sort. */
const UNAVAILABLE = new RegExp(
  [
    'UNAVAILABLE', 'DEADLINE_EXCEEDED', 'CANCELLED', 'UNKNOWN', 'INTERNAL', 'ABORTED', 'GRPC(Unavailable|DeadlineExceeded|Cancelled|Unknown|Internal|Aborted)Error',
    'etcdserver: (no leader|leader changed|request timed out|server stopped|too many requests|not capable|unhealthy cluster)',
    'ECONNREFUSED', 'ECONNRESET', 'No connection established',
  ].join('|'),
);

/** Failures of connecting, before anything of the request was sent. */
const NEVER_SENT = /No connection established|ECONNREFUSED|Name resolution failed|before call started|etcdserver: too many requests/;

/**
 * A failure of the client library as a StoreError with the library's error as its cause. What no code fits, such as a refused
 * permission or a request too large for the server, is returned as it is.
 */
export function toStoreError(error: unknown, endpoints: string): unknown {
  if (error instanceof StoreError || !(error instanceof Error)) return error;
  const known = CODES.find(([text]) => text.test(error.message));
  if (known) return new StoreError(known[1], `etcd: ${error.message}`, { cause: error });
  if (UNAVAILABLE.test(`${error.constructor.name} ${error.message}`)) {
    return new StoreError('unavailable', `etcd at ${endpoints}: ${error.message}`, { cause: error });
  }
  return error;
}

/** Whether the request that failed so cannot have had any effect, so that even a write may be sent again. */
export function wasNeverSent(error: unknown): boolean {
  return error instanceof Error && NEVER_SENT.test(error.message);
}
