import type { IncomingMessage } from 'node:http';
import { bearerTokenOf, type Client, reviewAccess, reviewToken } from '@typekube/client';

export type Access = 'allowed' | 'unauthenticated' | 'forbidden';

/** Whether a request may be answered: the API server is asked who its bearer token is, and whether they may. */
export type Authorize = (request: IncomingMessage, path: string) => Promise<Access>;

/** Who is asked: who somebody is, and what they may. Often the same. */
export interface Reviewers {
  readonly authentication: Client;
  readonly authorization: Client;
}

/** Leaves authentication and authorization to the API server, but for paths that anyone may read. */
export function delegatedAuthorization(
  { authentication, authorization }: Reviewers,
  alwaysAllowed: readonly string[],
): Authorize {
  return async (request, path) => {
    if (alwaysAllowed.some((allowed) => path === allowed || path.startsWith(`${allowed}/`))) return 'allowed';
    const token = bearerTokenOf(request);
    const caller = token && (await reviewToken(authentication, token));
    if (!caller) return 'unauthenticated';
    const { allowed } = await reviewAccess(authorization, caller, { nonResourceAttributes: { path, verb: 'get' } });
    return allowed ? 'allowed' : 'forbidden';
  };
}
