import { type DeleteOptions, type KubeObject, newBadRequest, type Status, StatusError } from '@typekube/apimachinery';
import { getSchema, returnsDeletedObject, type ServedResource } from '@typekube/api';
import type { Entry } from '../cache/entry';
import { requireVerb } from '../authz/require-verb';
import { readBody } from '../http/body';
import { decodeAs, type ExpectedKind, parseFieldValidation } from '../http/decode-object';
import { negotiate } from '../http/negotiate';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { mediaType, parseBody, type ParsedBody } from '../http/parse-body';
import { sendEncoded, sendStatus } from '../http/respond';
import { unrecognized } from '../http/unrecognized';
import { managerOf } from '../managed-fields/manager-name';
import { trackUpdate } from '../managed-fields/track-update';
import { trackedKind } from '../managed-fields/tracked-kind';
import { APPLY_PATCH } from '../registry/apply-patch';
import { cloneObject } from '../registry/clone-object';
import { create } from '../registry/create';
import { deleteCollection } from '../registry/delete-collection';
import { deleteObject, checkDeleteOptions } from '../registry/delete';
import { matchName } from '../registry/match-name';
import { matchNamespace } from '../registry/match-namespace';
import { checkPatchType, readPatch } from '../registry/patch';
import { parseListOptions } from '../registry/read-options';
import type { Endpoint } from '../registry/resource';
import { update } from '../registry/update';
import type { WriteRequest } from '../registry/write-context';
import { isTrue } from '../http/request-info';
import { applyHandler } from './apply-handler';
import type { ServerCore } from './core';
import { checkListForm } from './metadata-form';
import { sendObject } from './send-object';
import { auditProtobuf, representationFor } from './read-handlers';
import { parseDryRun, parsePatchOptions, writeRequest } from './write-options';

export async function createHandler(core: ServerCore, served: ServedResource, request: ApiRequest, response: ApiResponse): Promise<void> {
  const endpoint = core.endpoints.endpoint(served);
  const accepted = negotiate(request.headers.accept, endpoint.protobufForms);
  const dryRun = parseDryRun(request.context.query, 'CreateOptions');
  const object = await readObject(endpoint, request);
  const write = writeRequest(request, served, endpoint.resource, dryRun);
  trackUpdate(trackedKind(endpoint.definition, endpoint.version, ''), undefined, object, { manager: managerOf(request), now: write.now });
  const storing = endpoint.toStorage(object);
  const stored = storing instanceof Promise ? await storing : storing;
  const entry = await create({ ...write, name: object.metadata.name ?? '' }, stored, core.writes);
  await sendObject(endpoint, request, response, 201, entry, accepted);
}

export async function updateHandler(core: ServerCore, served: ServedResource, request: ApiRequest, response: ApiResponse): Promise<void> {
  const endpoint = core.endpoints.endpoint(served);
  const accepted = negotiate(request.headers.accept, endpoint.protobufForms);
  const dryRun = parseDryRun(request.context.query, 'UpdateOptions');
  const object = await readObject(endpoint, request);
  const write = writeRequest(request, served, endpoint.resource, dryRun);
  matchNamespace(write, object.metadata);
  matchName(write, object.metadata);
  const { uid } = object.metadata;
  const authorizeCreate = (): Promise<void> => requireVerb(core.authorizer, request.context, 'create');
  const track = tracker(endpoint, request, write);
  const apply = (_current: KubeObject | undefined, live: KubeObject | undefined): KubeObject | Promise<KubeObject> => track(live, cloneObject(object));
  const change = { apply, authorizeCreate: write.subresource ? undefined : authorizeCreate, uid };
  const { entry, created } = await update(write, change, core.writes);
  await sendObject(endpoint, request, response, created ? 201 : 200, entry, accepted);
}

type Track = (live: KubeObject | undefined, object: KubeObject) => KubeObject | Promise<KubeObject>;

/** Of an object of the request's version: puts down who manages its fields by this write, and brings it to the stored form. A promise only where a webhook converts. */
function tracker(endpoint: Endpoint, request: ApiRequest, { subresource, now }: WriteRequest): Track {
  const kind = trackedKind(endpoint.definition, endpoint.version, subresource);
  const write = { manager: managerOf(request), now };
  return (live, object) => {
    const track = (shown: KubeObject | undefined): KubeObject | Promise<KubeObject> => {
      trackUpdate(kind, shown, object, write);
      return endpoint.toStorage(object);
    };
    const shown = live && endpoint.fromStorage(live);
    return shown instanceof Promise ? shown.then(track) : track(shown);
  };
}

export async function patchHandler(core: ServerCore, served: ServedResource, request: ApiRequest, response: ApiResponse): Promise<void> {
  const patchType = mediaType(request.headers['content-type']);
  if (patchType === APPLY_PATCH) return applyHandler(core, served, request, response);
  const endpoint = core.endpoints.endpoint(served);
  const accepted = negotiate(request.headers.accept, endpoint.protobufForms);
  const { query, warnings } = request.context;
  const expected = expectedOf(endpoint);
  checkPatchType(expected, patchType);
  const { dryRun } = parsePatchOptions(query, patchType);
  const validation = parseFieldValidation(query.get('fieldValidation'));
  const body = await readBody(request);
  const rules = { expected, validation, warn: (text: string) => void warnings.add(text) };
  request.context.audit?.requestPatch(body);
  const patch = readPatch(rules, body, request.headers['content-type']);
  const write = writeRequest(request, served, endpoint.resource, dryRun);
  const track = tracker(endpoint, request, write);
  const apply = (current: KubeObject | undefined, live: KubeObject | undefined): KubeObject | Promise<KubeObject> => {
    const finish = (shown: KubeObject): KubeObject | Promise<KubeObject> => {
      const patched = patch(shown);
      endpoint.version.setDefaults?.(patched);
      return track(live, patched);
    };
    const shown = endpoint.fromStorage(current!);
    return shown instanceof Promise ? shown.then(finish) : finish(shown);
  };
  const { entry } = await update(write, { apply }, core.writes);
  await sendObject(endpoint, request, response, 200, entry, accepted);
}

export async function deleteHandler(core: ServerCore, served: ServedResource, request: ApiRequest, response: ApiResponse): Promise<void> {
  const endpoint = core.endpoints.endpoint(served);
  const accepted = negotiate(request.headers.accept, endpoint.protobufForms);
  const options = await readDeleteOptions(request);
  const write = deleteRequest(request, served, endpoint, options);
  const { entry, isGone } = await deleteObject(write, options, core.writes);
  const { group, kind } = served.definition;
  if (isGone && !returnsDeletedObject(group, kind)) return sendStatus(request, response, deletedStatus(endpoint, entry));
  await sendObject(endpoint, request, response, !isGone && awaitsDependents(options) ? 202 : 200, entry, accepted);
}

export async function deleteCollectionHandler(
  core: ServerCore,
  served: ServedResource,
  request: ApiRequest,
  response: ApiResponse,
): Promise<void> {
  const endpoint = core.endpoints.endpoint(served);
  const accepted = negotiate(request.headers.accept, endpoint.protobufForms);
  const listOptions = parseListOptions(request.context.query, false);
  const options = await readDeleteOptions(request);
  const write = deleteRequest(request, served, endpoint, options);
  const { entries, metadata } = await deleteCollection(write, listOptions, options, core);
  checkListForm(endpoint.definition, accepted);
  const form = representationFor(endpoint, request, accepted);
  const preparing = form.prepare?.(entries);
  if (preparing) await preparing;
  auditProtobuf(request, endpoint, accepted, (json) => json.list(entries, metadata));
  await sendEncoded(request, response, 200, form.list(entries, metadata), accepted);
}

function deleteRequest(request: ApiRequest, served: ServedResource, { resource }: Endpoint, options: DeleteOptions): WriteRequest {
  const write = writeRequest(request, served, resource, Boolean(options.dryRun?.length));
  return { ...write, options: () => ({ kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1', ...options }) };
}

/** What is kept until its dependents are gone, because the client asked so in the old way, is answered with 202. */
function awaitsDependents({ orphanDependents }: DeleteOptions): boolean {
  return orphanDependents === false;
}

function deletedStatus({ definition }: Endpoint, { name, bytes }: Entry): Status {
  const { metadata } = JSON.parse(bytes.toString('utf8')) as KubeObject;
  const details = { name, ...(definition.group && { group: definition.group }), kind: definition.plural, uid: metadata.uid ?? '' };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

/** The body as an object of the endpoint's version, with its defaults. */
async function readObject(endpoint: Endpoint, request: ApiRequest): Promise<KubeObject> {
  const { query, warnings } = request.context;
  const validation = parseFieldValidation(query.get('fieldValidation'));
  const expected = expectedOf(endpoint);
  const bytes = await readBody(request);
  const body = parseBody(bytes, request.headers['content-type'], expected);
  if (endpoint.definition.custom) checkTellsKind(expected.kind, body.value, bytes);
  const object = decodeAs(expected, body, validation, (text) => void warnings.add(text));
  endpoint.version.setDefaults?.(object);
  request.context.audit?.requestObject(object);
  return object;
}

/** Nothing but the object itself tells what a custom object is. */
function checkTellsKind(expected: string, { kind, apiVersion }: ParsedBody['value'], bytes: Buffer): void {
  if (!kind) throw unrecognized(expected, bytes, new Error(`Object 'Kind' is missing in '${bytes.toString('utf8')}'`));
  if (typeof apiVersion === 'string' && apiVersion.split('/').length > 2) {
    throw unrecognized(expected, bytes, new Error(`unexpected GroupVersion string: ${apiVersion}`));
  }
}

function expectedOf({ apiVersion, definition, schema }: Endpoint): ExpectedKind {
  return { apiVersion, kind: definition.kind, schema };
}

/** From the body where there is one, else from the query. Fails with 400 or 422. */
export async function readDeleteOptions(request: ApiRequest): Promise<DeleteOptions> {
  const body = await readBody(request);
  const options = body.length ? decodeDeleteOptions(request, body) : queryDeleteOptions(request.context.query);
  checkDeleteOptions(options);
  if (body.length) request.context.audit?.requestObject(options);
  return options;
}

/** Upstream tells what is wrong with the options as its decoder puts it, without saying what they are. */
function decodeDeleteOptions(request: ApiRequest, body: Buffer): DeleteOptions {
  try {
    return decodedDeleteOptions(request, body);
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== 'BadRequest') throw error;
    const bare = error.cause instanceof Error ? error.cause.message : error.message.replace(/^.* cannot be handled as a DeleteOptions: (?=json: )/, '');
    throw newBadRequest(bare, { cause: error });
  }
}

function decodedDeleteOptions(request: ApiRequest, body: Buffer): DeleteOptions {
  const expected = { kind: 'DeleteOptions', schema: getSchema('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions') };
  const parsed = parseBody(body, request.headers['content-type'], expected);
  const { apiVersion = 'v1' } = parsed.value as { apiVersion?: string };
  const decoded: object = decodeAs({ ...expected, apiVersion }, parsed, 'Ignore', () => undefined);
  return decoded as DeleteOptions;
}

function queryDeleteOptions(query: URLSearchParams): DeleteOptions {
  const grace = query.get('gracePeriodSeconds');
  if (grace && !/^-?\d+$/.test(grace)) throw newBadRequest(`strconv.ParseInt: parsing ${JSON.stringify(grace)}: invalid syntax`);
  const orphan = query.get('orphanDependents');
  const policy = query.get('propagationPolicy');
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  const [uid, resourceVersion] = [query.get('uid'), query.get('resourceVersion')];
  return {
    ...(grace && { gracePeriodSeconds: Number(grace) }),
    ...(orphan !== null && { orphanDependents: isTrue(orphan) }),
    ...(policy && { propagationPolicy: policy }),
    ...(dryRun.length && { dryRun }),
    ...((uid || resourceVersion) && { preconditions: { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) } }),
  };
}
