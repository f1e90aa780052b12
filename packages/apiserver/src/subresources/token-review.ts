import type { authenticationv1, ServedResource } from '@typekube/api';
import { newBadRequest } from '@typekube/apimachinery';
import { AuthenticationError, type Authenticator, type TokenOwner } from '../authn/authenticator';
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
  const { token, audiences }: Partial<authenticationv1.TokenReviewSpec> = review.spec ?? {};
  if (!token) throw newBadRequest('token is required for TokenReview in authentication');
  const status = await judge(token, audiences?.length ? audiences : undefined, core.authenticators);
  await sendReview(served, request, response, { ...review, status });
}

/** What is wrong with the token is told: who reviews tokens may know. */
async function judge(
  token: string,
  audiences: readonly string[] | undefined,
  authenticators: readonly Authenticator[],
): Promise<authenticationv1.TokenReviewStatus> {
  try {
    for (const authenticator of authenticators) {
      const owner = await authenticator.authenticateToken?.(token, audiences);
      if (owner) return statusOf(owner);
    }
    return { user: {}, error: 'invalid bearer token' };
  } catch (error) {
    if (error instanceof AuthenticationError) return { user: {}, error: error.message };
    throw error;
  }
}

function statusOf({ user, audiences }: TokenOwner): authenticationv1.TokenReviewStatus {
  return { authenticated: true, user: userOf(withGroup(user)), ...(audiences.length && { audiences: [...audiences] }) };
}

function userOf({ name, uid, groups, extra }: UserInfo): authenticationv1.UserInfo {
  return { username: name, groups: [...groups], ...(uid && { uid }), ...(extra && { extra: mutable(extra) }) };
}

function mutable(extra: NonNullable<UserInfo['extra']>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]));
}
