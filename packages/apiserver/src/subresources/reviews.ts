import { newBadRequest, newInvalid, FieldPath, invalid, type KubeObject } from '@typekube/apimachinery';
import { type authorizationv1, getSchema, type ServedResource } from '@typekube/api';
import type { AuthorizationAttributes } from '../authz/authorizer';
import type { UserInfo } from '../chain/request-context';
import type { ServerCore } from '../handlers/core';
import { readBody } from '../http/body';
import { decodeAs, parseFieldValidation } from '../http/decode-object';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { encodeObject } from '../http/encode-object';
import { negotiate } from '../http/negotiate';
import { parseBody } from '../http/parse-body';
import { sendEncoded } from '../http/respond';

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

/** Whether somebody may do something: the client itself, or for the other two kinds the user in the spec. */
export async function accessReviewHandler(
  core: ServerCore,
  served: ServedResource,
  request: ApiRequest,
  response: ApiResponse,
): Promise<void> {
  const review = (await readReview(served, request)) as AccessReview;
  const errors = served.definition.strategy.validate?.(review, { user: request.context.user, now: new Date() }) ?? [];
  if (errors.length) throw newInvalid({ group: served.definition.group, kind: served.definition.kind }, '', errors);
  const attributes = attributesOf(review, request);
  const { decision, reason } = await core.authorizer.authorize(attributes);
  const status = { allowed: decision === 'Allow', ...(decision === 'Deny' && { denied: true }), ...(reason && { reason }) };
  await sendReview(served, request, response, { ...review, status });
}

/** The review that a request asks, as its kind says; unknown fields are treated as in any other object. */
export async function readReview({ definition, version }: ServedResource, request: ApiRequest): Promise<KubeObject> {
  const { query, warnings } = request.context;
  const apiVersion = `${definition.group}/${version.version}`;
  const expected = { apiVersion, kind: definition.kind, schema: getSchema(version.schema) };
  const body = parseBody(await readBody(request), request.headers['content-type'], expected);
  return decodeAs(expected, body, parseFieldValidation(query.get('fieldValidation')), (text) => void warnings.add(text));
}

/** Answers with the review and its status. */
export async function sendReview(
  served: ServedResource,
  request: ApiRequest,
  response: ApiResponse,
  review: KubeObject & { status?: unknown },
): Promise<void> {
  const accepted = negotiate(request.headers.accept, 'all');
  if (accepted.as !== 'object') throw newBadRequest('a review has no other form than its own');
  await sendEncoded(request, response, 201, encodeObject(review, served.version.schema, accepted), accepted);
}

function attributesOf({ spec, metadata, kind }: AccessReview, { context }: ApiRequest): AuthorizationAttributes {
  if (kind.startsWith('Local') && metadata.namespace && spec.resourceAttributes?.namespace !== metadata.namespace) {
    const path = FieldPath.of('spec', 'resourceAttributes', 'namespace');
    const why = `must match metadata.namespace: ${metadata.namespace}`;
    throw newInvalid({ group: 'authorization.k8s.io', kind }, '', [invalid(path, spec.resourceAttributes?.namespace, why)]);
  }
  const user = 'user' in spec || 'groups' in spec ? specUser(spec) : context.user;
  const { resourceAttributes: wanted, nonResourceAttributes: path } = spec;
  return {
    user,
    isResourceRequest: wanted !== undefined,
    path: path?.path ?? '',
    verb: wanted?.verb ?? path?.verb ?? '',
    apiGroup: wanted?.group ?? '',
    apiVersion: wanted?.version ?? '',
    namespace: wanted?.namespace ?? '',
    resource: wanted?.resource ?? '',
    subresource: wanted?.subresource ?? '',
    name: wanted?.name ?? '',
  };
}

function specUser({ user = '', groups = [], uid, extra }: authorizationv1.SubjectAccessReviewSpec): UserInfo {
  return { name: user, groups, ...(uid && { uid }), ...(extra && { extra }) };
}
