import {
  type FieldError,
  FieldPath,
  formatTime,
  invalid,
  type KubeObject,
  newBadRequest,
  newConflict,
  newInternalError,
  newInvalid,
  newNotFound,
  newNotImplemented,
} from '@typekube/apimachinery';
import { type authenticationv1, type corev1, getSchema, type ServedResource } from '@typekube/api';
import { type BoundTo, claimOf, newClaims } from '../authn/service-account/claims';
import type { TokenIssuer } from '../authn/service-account/issuer';
import { parseObject } from '../cache/entry';
import type { ServerCore } from '../handlers/core';
import { parseDryRun, writeRequest } from '../handlers/write-options';
import { readBody } from '../http/body';
import { decodeAs, parseFieldValidation } from '../http/decode-object';
import { encodeObject } from '../http/encode-object';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { negotiateObject } from '../http/negotiate';
import { parseBody } from '../http/parse-body';
import { sendAnswer } from '../http/respond';
import { admit, validate as admitUnchanged } from '../registry/write-context';

/** A request as it is answered: what its sender left out is filled in. */
type TokenRequest = authenticationv1.TokenRequest & {
  spec: authenticationv1.TokenRequestSpec & { audiences: string[]; expirationSeconds: number };
};

const SCHEMA = 'io.k8s.api.authentication.v1.TokenRequest';
const KIND = { group: 'authentication.k8s.io', kind: 'TokenRequest' };

const DEFAULT_SECONDS = 3600;
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;

/** The time that the ServiceAccount admission plugin asks for: by it a pod's own token is known, which may be used a year long. */
const EXTENDABLE_SECONDS = 3607;
const EXTENDED_SECONDS = 365 * 24 * 3600;

/** POST of a TokenRequest to `serviceaccounts/NAME/token`: makes a token (upstream's TokenREST). */
export async function tokenRequestHandler(core: ServerCore, served: ServedResource, request: ApiRequest, response: ApiResponse): Promise<void> {
  const { tokenIssuer } = core;
  if (!tokenIssuer) throw newNotImplemented('this API server makes no service account tokens');
  const accepted = negotiateObject(request.headers.accept);
  const dryRun = parseDryRun(request.context.query, 'CreateOptions');
  const asked = await readRequest(request);
  const { resource } = core.endpoints.endpoint(served);
  const write = writeRequest(request, served, resource, dryRun);
  const { name, namespace, now } = write;
  matchNames(asked, name, namespace);
  const written = { operation: 'CREATE', object: asked } as const;
  await admit(write, written, core.writes);
  const account = (await read(core, 'serviceaccounts', namespace, name)) as corev1.ServiceAccount;
  matchUid(asked, account, name);
  fillIn(asked, account, tokenIssuer, now);
  const errors = validate(asked);
  if (errors.length) throw newInvalid(KIND, '', errors);
  await admitUnchanged(write, written, core.writes);
  const boundTo = await readBoundObject(core, asked, { name, namespace });
  capExpiration(asked, tokenIssuer, write.warn);
  const claims = claimsOf({ account, boundTo, asked, issuer: tokenIssuer, now });
  const expirationTimestamp = formatTime(new Date(now.getTime() + asked.spec.expirationSeconds * 1000));
  const token = await tokenIssuer.sign(claims).catch((error: Error) => {
    throw newInternalError(new Error(`failed to generate token: ${error.message}`, { cause: error }));
  });
  write.annotate('authentication.kubernetes.io/issued-credential-id', `JTI=${claims.jti}`);
  const answer: TokenRequest = { ...asked, status: { token, expirationTimestamp } };
  await sendAnswer(request, response, { code: 201, accepted, encode: (form) => encodeObject(answer, SCHEMA, form) });
}

async function readRequest(request: ApiRequest): Promise<TokenRequest> {
  const { query, warnings, audit } = request.context;
  const expected = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', schema: getSchema(SCHEMA) };
  const body = parseBody(await readBody(request), request.headers['content-type'], expected);
  const object = decodeAs(expected, body, parseFieldValidation(query.get('fieldValidation')), (text) => void warnings.add(text));
  const asked = object as KubeObject & Partial<Pick<authenticationv1.TokenRequest, 'spec'>>;
  const { audiences = [], expirationSeconds = DEFAULT_SECONDS, ...others } = asked.spec ?? {};
  const complete = { ...asked, apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences, expirationSeconds, ...others } } as const;
  audit?.requestObject(complete);
  return complete;
}

function matchNames({ metadata }: TokenRequest, name: string, namespace: string): void {
  const mismatch = (field: 'name' | 'namespace'): Error => {
    return newInvalid(KIND, name, [invalid(FieldPath.of('metadata', field), metadata[field], `must match the service account ${field} if specified`)]);
  };
  if (metadata.name && metadata.name !== name) throw mismatch('name');
  if (metadata.namespace && metadata.namespace !== namespace) throw mismatch('namespace');
}

/** Who has the account of before in mind shall not get a token of the one that was made in its place. */
function matchUid({ metadata: { uid } }: TokenRequest, account: corev1.ServiceAccount, name: string): void {
  if (!uid || uid === account.metadata.uid) return;
  const why = `the UID in the token request (${uid}) does not match the UID of the service account (${account.metadata.uid ?? ''})`;
  throw newConflict({ group: KIND.group, resource: KIND.kind }, name, why);
}

/** The newest state, as every acknowledged write left it. */
async function read(core: ServerCore, plural: string, namespace: string, name: string): Promise<KubeObject> {
  const resource = core.endpoints.resource('', plural);
  await core.barrier.mostRecent();
  const entry = resource.cache.get(resource.key(namespace, name));
  if (!entry) throw newNotFound(resource.groupResource, name);
  return parseObject(entry.bytes);
}

function fillIn(asked: TokenRequest, { metadata }: corev1.ServiceAccount, { apiAudiences }: TokenIssuer, now: Date): void {
  const { name, namespace } = metadata;
  asked.metadata = { ...asked.metadata, ...(name && { name }), ...(namespace && { namespace }), creationTimestamp: formatTime(now) };
  if (!asked.spec.audiences.length) asked.spec.audiences = [...apiAudiences];
}

function validate({ spec: { expirationSeconds } }: TokenRequest): FieldError[] {
  const path = FieldPath.of('spec', 'expirationSeconds');
  if (expirationSeconds < MIN_SECONDS) return [invalid(path, expirationSeconds, 'may not specify a duration less than 10 minutes')];
  if (expirationSeconds > MAX_SECONDS) return [invalid(path, expirationSeconds, 'may not specify a duration larger than 2^32 seconds')];
  return [];
}

interface Account {
  readonly name: string;
  readonly namespace: string;
}

async function readBoundObject(core: ServerCore, { spec: { boundObjectRef: ref } }: TokenRequest, account: Account): Promise<BoundTo> {
  if (!ref) return {};
  const { apiVersion = '', kind = '', name = '', uid } = ref;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const find = async <T extends KubeObject>(plural: string, namespace: string): Promise<T> => {
    const found = await read(core, plural, namespace, name);
    if (!uid || uid === found.metadata.uid) return found as T;
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw newConflict({ group, resource: kind }, name, why);
  };
  if (group === '' && kind === 'Pod') return podBinding(core, await find<corev1.Pod>('pods', account.namespace), account);
  if (group === '' && kind === 'Secret') return { secret: await find<corev1.Secret>('secrets', account.namespace) };
  if (group === '' && kind === 'Node') return { node: claimOf(await find<corev1.Node>('nodes', '')) };
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  throw newBadRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`);
}

/** A pod's token tells its node too: of a node that the API does not have, the name alone. */
function podBinding(core: ServerCore, pod: corev1.Pod, { name }: Account): BoundTo {
  if (pod.spec?.serviceAccountName !== name) {
    throw newBadRequest(`cannot bind token for serviceaccount ${JSON.stringify(name)} to pod running with different serviceaccount name.`);
  }
  const { nodeName } = pod.spec;
  if (!nodeName) return { pod };
  const nodes = core.endpoints.resource('', 'nodes');
  const entry = nodes.cache.get(nodes.key('', nodeName));
  return { pod, node: entry ? claimOf(parseObject(entry.bytes)) : { name: nodeName } };
}

function capExpiration({ spec }: TokenRequest, { maxExpirationSeconds: max }: TokenIssuer, warn: (text: string) => void): void {
  const { expirationSeconds: asked } = spec;
  if (max === undefined || asked <= max) return;
  warn(`requested expiration of ${asked} seconds shortened to ${max} seconds`);
  spec.expirationSeconds = max;
}

interface ClaimsInput {
  readonly account: corev1.ServiceAccount;
  readonly boundTo: BoundTo;
  readonly asked: TokenRequest;
  readonly issuer: TokenIssuer;
  readonly now: Date;
}

function claimsOf({ account, boundTo, asked: { spec }, issuer, now }: ClaimsInput): ReturnType<typeof newClaims> {
  const { audiences, expirationSeconds } = spec;
  const isForServer = audiences.every((audience) => issuer.apiAudiences.includes(audience));
  const isExtended = issuer.extendsExpiration && boundTo.pod !== undefined && expirationSeconds === EXTENDABLE_SECONDS && isForServer;
  return newClaims({
    account,
    boundTo,
    audiences,
    expirationSeconds: isExtended ? EXTENDED_SECONDS : expirationSeconds,
    warnAfterSeconds: isExtended ? expirationSeconds : undefined,
    now,
  });
}
