import { newInvalid, type KubeObject } from '@typekube/apimachinery';
import { type authorizationv1, getSchema, type ServedResource } from '@typekube/api';
import { reviewAttributes, reviewedUser } from '../authz/review-attributes';
import type { UserInfo } from '../chain/request-context';
import type { ServerCore } from '../handlers/core';
import type { VerbHandler } from '../handlers/resource-handler';
import { readBody } from '../http/body';
import { decodeAs, parseFieldValidation } from '../http/decode-object';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { encodeObject } from '../http/encode-object';
import { negotiateObject } from '../http/negotiate';
import { parseBody } from '../http/parse-body';
import { sendAnswer } from '../http/respond';
import { matchNamespace } from '../registry/match-namespace';

/** `kubectl auth whoami`: who the server takes the client for. */
export async function selfSubjectReviewHandler(
  _core: ServerCore,
  served: ServedResource,
  request: ApiRequest,
  response: ApiResponse,
): Promise<void> {
  const review = await readReview(served, request);
  const { name, uid, groups, extra } = request.context.user;
  const userInfo = { username: name, ...(uid && { uid }), groups, ...(extra && { extra }) };
  await sendReview(served, request, response, { ...review, status: { userInfo } });
}

type AccessReview = authorizationv1.SelfSubjectAccessReview | authorizationv1.SubjectAccessReview;

/** Whether the client itself may do something, as `kubectl auth can-i` asks. */
export const selfAccessReviewHandler: VerbHandler = (core, served, request, response) => {
  return answerAccessReview(core, served, { request, response }, () => request.context.user);
};

/** Whether the user in the spec may do something; in the review's own namespace, where its kind has one. */
export const accessReviewHandler: VerbHandler = (core, served, request, response) => {
  return answerAccessReview(core, served, { request, response }, ({ spec }) => reviewedUser(spec));
};

async function answerAccessReview(
  { authorizer }: ServerCore,
  served: ServedResource,
  { request, response }: { request: ApiRequest; response: ApiResponse },
  userOf: (review: AccessReview) => UserInfo,
): Promise<void> {
  const { definition } = served;
  const { user, info } = request.context;
  const review = (await readReview(served, request)) as AccessReview;
  matchNamespace({ resource: { namespaced: definition.scope === 'Namespaced' }, namespace: info.namespace }, review.metadata);
  const errors = definition.strategy.validate?.(review, { user, now: new Date() }) ?? [];
  if (errors.length) throw newInvalid({ group: definition.group, kind: definition.kind }, '', errors);
  const { decision, reason, error } = await authorizer.authorize(reviewAttributes(review.spec, userOf(review)));
  const allowed = decision === 'Allow';
  const status = {
    allowed,
    ...(decision === 'Deny' && { denied: true }),
    ...(reason && { reason }),
    ...(!allowed && error && { evaluationError: error }),
  };
  await sendReview(served, request, response, { ...review, status });
}

/** The review that a request asks, as its kind says; unknown fields are treated as in any other object. */
export async function readReview({ definition, version }: ServedResource, request: ApiRequest): Promise<KubeObject> {
  const { query, warnings, audit } = request.context;
  const apiVersion = `${definition.group}/${version.version}`;
  const expected = { apiVersion, kind: definition.kind, schema: getSchema(version.schema) };
  const body = parseBody(await readBody(request), request.headers['content-type'], expected);
  const review = decodeAs(expected, body, parseFieldValidation(query.get('fieldValidation')), (text) => void warnings.add(text));
  audit?.requestObject(review);
  return review;
}

/** Answers with the review and its status. */
export async function sendReview(
  served: ServedResource,
  request: ApiRequest,
  response: ApiResponse,
  review: KubeObject & { status?: unknown },
): Promise<void> {
  const accepted = negotiateObject(request.headers.accept);
  await sendAnswer(request, response, { code: 201, accepted, encode: (form) => encodeObject(review, served.version.schema, form) });
}
