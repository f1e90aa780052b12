import type { IncomingMessage } from 'node:http';
import type { authenticationv1, authorizationv1 } from '@typekube/api';
import { type Client, subjectAccessReviews, tokenReviews } from '@typekube/client';

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
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const user = token ? await reviewToken(authentication, token) : undefined;
    if (!user) return 'unauthenticated';
    return (await isAllowed(authorization, user, path)) ? 'allowed' : 'forbidden';
  };
}

async function reviewToken(client: Client, token: string): Promise<authenticationv1.UserInfo | undefined> {
  const review = await client.for(tokenReviews).create({
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    metadata: {},
    spec: { token },
  });
  return review.status?.authenticated ? review.status.user : undefined;
}

async function isAllowed(client: Client, { username, groups, uid }: authenticationv1.UserInfo, path: string): Promise<boolean> {
  const spec: authorizationv1.SubjectAccessReviewSpec = {
    ...(username !== undefined && { user: username }),
    ...(groups && { groups }),
    ...(uid !== undefined && { uid }),
    nonResourceAttributes: { path, verb: 'get' },
  };
  const review = await client
    .for(subjectAccessReviews)
    .create({ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', metadata: {}, spec });
  return review.status?.allowed ?? false;
}
