import type { authorizationv1, ServedResource } from '@typekube/api';
import { newBadRequest } from '@typekube/apimachinery';
import type { ServerCore } from '../handlers/core';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { readReview, sendReview } from './reviews';

const NOTHING = { resourceRules: [], nonResourceRules: [] };

/** `kubectl auth can-i --list`: all that the client may do in a namespace, as far as its rights come from rules. */
export async function rulesReviewHandler(
  core: ServerCore,
  served: ServedResource,
  request: ApiRequest,
  response: ApiResponse,
): Promise<void> {
  const review = (await readReview(served, request)) as authorizationv1.SelfSubjectRulesReview;
  const { namespace } = review.spec;
  if (!namespace) throw newBadRequest('no namespace on request');
  const { resourceRules, nonResourceRules } = (await core.authorizer.rulesFor?.(request.context.user, namespace)) ?? NOTHING;
  await sendReview(served, request, response, { ...review, status: { resourceRules, nonResourceRules, incomplete: false } });
}
