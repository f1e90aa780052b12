import type { IncomingMessage } from 'node:http';
import { bearerTokenOf, certificateCaller, type Client, reviewAccess, reviewToken } from '@typekube/client';

/** How a request stands with the API server, as HTTP says it. */
export type Verdict = 'allowed' | 'unauthenticated' | 'forbidden';

/**
 * Asks the API server who makes a request (its bearer token; a client certificate that TLS has checked speaks for itself) and
 * whether that user may read the path: upstream's delegated authentication and authorization.
 */
export async function authorize(client: Client, request: IncomingMessage, path: string): Promise<Verdict> {
  const token = bearerTokenOf(request);
  const caller = certificateCaller(request) ?? (token && (await reviewToken(client, token)));
  if (!caller) return 'unauthenticated';
  const { allowed } = await reviewAccess(client, caller, { nonResourceAttributes: { path, verb: 'get' } });
  return allowed ? 'allowed' : 'forbidden';
}
