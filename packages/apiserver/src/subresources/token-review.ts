import type { authenticationv1, ServedResource } from '@typekube/api';
import { newBadRequest } from '@typekube/apimachinery';
import type { Authenticator } from '../authn/authenticator';
import { withGroup } from '../chain/authentication';
import type { UserInfo } from '../chain/request-context';
import type { ServerCore } from '../handlers/core';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { readReview, sendReview } from './reviews';

/** Tells others whose bearer token they were given, by the rules of this server's own requests. */
export async function tokenReviewHandler(
  core: ServerCore,
  served: ServedResource,
  request: ApiRequest,
  response: ApiResponse,
): Promise<void> {
  const review = (await readReview(served, request)) as authenticationv1.TokenReview;
  const { token, audiences = [] } = review.spec;
  if (!token) throw newBadRequest('token is required for TokenReview in authentication');
  // Static tokens are for no audience in particular, so they are of no use to who wants one for its own.
  const user = audiences.length ? undefined : await ownerOf(token, core.authenticators);
  await sendReview(served, request, response, {
    ...review,
    status: user ? statusOf(withGroup(user)) : { user: {}, error: 'invalid bearer token' },
  });
}

async function ownerOf(token: string, authenticators: readonly Authenticator[]): Promise<UserInfo | undefined> {
  for (const authenticator of authenticators) {
    const user = await authenticator.authenticateToken?.(token);
    if (user) return user;
  }
  return undefined;
}

function statusOf({ name, uid, groups, extra }: UserInfo): authenticationv1.TokenReviewStatus {
  const user = { username: name, groups: [...groups], ...(uid && { uid }), ...(extra && { extra: mutable(extra) }) };
  return { authenticated: true, user };
}

function mutable(extra: NonNullable<UserInfo['extra']>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]));
}
