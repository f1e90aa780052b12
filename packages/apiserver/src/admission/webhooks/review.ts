import { randomUUID } from 'node:crypto';
import { encodeJson, isJsonObject, type Status } from '@typekube/apimachinery';
import type { AdmissionAttributes } from '../admission';
import { isResource } from '../pods';
import { type ObjectView, viewOf } from './object-view';

/** The answer of a webhook that could not be asked, or that means nothing. */
export class ReviewError extends Error {
  override readonly name = 'ReviewError';

  constructor(
    message: string,
    options?: ErrorOptions,
    /** What a client would be answered with: that of the webhook's own answer where there is one. */
    readonly code = 503,
  ) {
    super(message, options);
  }
}

export interface Review {
  readonly uid: string;
  readonly apiVersion: string;
  readonly body: Buffer;
}

export interface ReviewResponse {
  readonly allowed: boolean;
  readonly status: Partial<Status>;
  /** A parsed JSON patch. */
  readonly patch: unknown;
  readonly warnings: readonly string[];
  readonly auditAnnotations: Readonly<Record<string, string>>;
}

const GROUP = 'admission.k8s.io';
const KNOWN_VERSIONS = ['v1', 'v1beta1'];

/** The question as a webhook gets it, in the first version that it takes. Fails with a ReviewError if it takes none. */
export async function makeReview(attributes: AdmissionAttributes, view: ObjectView, reviewVersions: readonly string[]): Promise<Review> {
  const version = reviewVersions.find((candidate) => KNOWN_VERSIONS.includes(candidate));
  if (!version) throw new ReviewError('webhook does not accept known AdmissionReview versions (v1, v1beta1)', undefined, 400);
  const uid = randomUUID();
  const apiVersion = `${GROUP}/${version}`;
  const [object, oldObject] = await Promise.all([attributes.object, attributes.oldObject].map(async (one) => (one ? view.show(one) : null)));
  const { dryRun, options, ...facts } = requestFacts(attributes, view);
  const request = { uid, ...facts, object, oldObject, dryRun, options };
  return { uid, apiVersion, body: Buffer.from(encodeJson({ kind: 'AdmissionReview', apiVersion, request })) };
}

/** What a question tells of the request, besides its objects. */
export function requestFacts(attributes: AdmissionAttributes, view: ObjectView): Readonly<Record<string, unknown>> {
  const { resource, subresource, version, operation, user, dryRun, name } = attributes;
  const { definition } = resource;
  const asked = viewOf(attributes, { definition, version });
  const part = subresource && { subResource: subresource };
  return {
    kind: view.kind,
    resource: view.resource,
    ...part,
    requestKind: asked.kind,
    requestResource: asked.resource,
    ...(subresource && { requestSubResource: subresource }),
    ...(name && { name }),
    ...namespaceOf(attributes),
    operation,
    userInfo: {
      username: user.name,
      ...(user.uid && { uid: user.uid }),
      ...(user.groups.length && { groups: user.groups }),
      ...(user.extra && { extra: user.extra }),
    },
    dryRun,
    options: attributes.options() ?? null,
  };
}

/** A namespace is in itself. */
function namespaceOf(attributes: AdmissionAttributes): { namespace?: string } {
  const namespace = isResource(attributes, '', 'namespaces') ? attributes.name : attributes.namespace;
  return namespace ? { namespace } : {};
}

/** Reads an answer strictly. Fails with a ReviewError, worded as upstream. */
export function readResponse(answer: unknown, { uid, apiVersion }: Review, mayPatch: boolean): ReviewResponse {
  if (!isJsonObject(answer)) throw new ReviewError('the answer is no object');
  const isV1 = apiVersion === `${GROUP}/v1`;
  const given = `${String(answer['apiVersion'] ?? '')}, Kind=${String(answer['kind'] ?? '')}`;
  const expected = `${apiVersion}, Kind=AdmissionReview`;
  if (isV1 && given !== expected) throw new ReviewError(`expected webhook response of ${expected}, got ${given}`);
  const { response } = answer;
  if (!isJsonObject(response)) throw new ReviewError('webhook response was absent');
  if (isV1 && response['uid'] !== uid) {
    throw new ReviewError(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(textOf(response['uid']))}`);
  }
  return {
    allowed: read(response, 'allowed', isBoolean, false),
    status: readStatus(read(response, 'status', isJsonObject, {})),
    patch: readPatch(response, isV1, mayPatch),
    warnings: read(response, 'warnings', isTexts, []),
    auditAnnotations: read(response, 'auditAnnotations', isTextMap, {}),
  };
}

/** A field that may be absent, but not of another type: an answer that means nothing must not be taken for one that does. */
function read<T, O>(from: Readonly<Record<string, unknown>>, field: string, isIt: (value: unknown) => value is T, otherwise: O): T | O {
  const value = from[field];
  if (value === undefined || value === null) return otherwise;
  if (isIt(value)) return value;
  throw new ReviewError(`response.${field} is of the wrong type`);
}

function readStatus(status: Readonly<Record<string, unknown>>): Partial<Status> {
  const details = read(status, 'details', isJsonObject, undefined);
  return {
    code: read(status, 'code', isNumber, 0),
    reason: read(status, 'reason', isText, ''),
    message: read(status, 'message', isText, ''),
    ...(details && { details }),
  };
}

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isTextMap = (value: unknown): value is Record<string, string> => isJsonObject(value) && Object.values(value).every(isText);

function readPatch(response: Readonly<Record<string, unknown>>, isV1: boolean, mayPatch: boolean): unknown {
  const [patch, type] = [textOf(response['patch']), textOf(response['patchType'])];
  if (!mayPatch) {
    if (isV1 && patch) throw new ReviewError('validating webhook may not return response.patch');
    if (isV1 && type) throw new ReviewError('validating webhook may not return response.patchType');
    return undefined;
  }
  if (isV1 && patch && !type) throw new ReviewError('webhook returned response.patch but not response.patchType');
  if (isV1 && !patch && type) throw new ReviewError('webhook returned response.patchType but not response.patch');
  if (!patch) return undefined;
  if (type && type !== 'JSONPatch') throw new ReviewError(`invalid webhook response.patchType of ${JSON.stringify(type)}`);
  try {
    return JSON.parse(Buffer.from(patch, 'base64').toString('utf8')) as unknown;
  } catch (error) {
    throw new ReviewError(`received undecodable patch in webhook response: ${(error as Error).message}`, { cause: error });
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
