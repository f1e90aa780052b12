import type { authorizationv1, ServedResource } from '@typekube/api';
import { newBadRequest } from '@typekube/apimachinery';
import { aggregateText } from '../authz/aggregate-text';
import type { RuleList } from '../authz/authorizer';
import type { ServerCore } from '../handlers/core';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { readReview, sendReview } from './reviews';

/** As upstream: with no rules at all, nobody can tell what is missing. */
const NOTHING: RuleList = { resourceRules: [], nonResourceRules: [], errors: [], incomplete: true };

/** `kubectl auth can-i --list`: all that the client may do in a namespace, as far as its rights come from rules. */
export async function rulesReviewHandler(
  core: ServerCore,
  served: ServedResource,
  request: ApiRequest,
  response: ApiResponse,
): Promise<void> {
  const review = (await readReview(served, request)) as authorizationv1.SelfSubjectRulesReview;
  const { namespace }: Partial<authorizationv1.SelfSubjectRulesReviewSpec> = review.spec ?? {};
  if (!namespace) throw newBadRequest('no namespace on request');
  const { resourceRules, nonResourceRules, errors, incomplete } =
    (await core.authorizer.rulesFor?.(request.context.user, namespace)) ?? NOTHING;
  const evaluationError = errors.length ? { evaluationError: aggregateText(errors) } : {};
  await sendReview(served, request, response, { ...review, status: { resourceRules, nonResourceRules, incomplete, ...evaluationError } });
}
