import { DecodeError, decodeObject, type KubeObject, newConflict, StatusError } from '@typekube/apimachinery';
import type { ServedResource } from '@typekube/api';
import { requireVerb } from '../authz/require-verb';
import { readBody } from '../http/body';
import { parseFieldValidation } from '../http/decode-object';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { negotiate } from '../http/negotiate';
import { applyConfig } from '../managed-fields/apply-config';
import { managerOf } from '../managed-fields/manager-name';
import { trackedKind } from '../managed-fields/tracked-kind';
import { APPLY_PATCH, checkText, readApplyPatch } from '../registry/apply-patch';
import { matchName } from '../registry/match-name';
import { cloneObject } from '../registry/clone-object';
import type { Endpoint } from '../registry/resource';
import { update } from '../registry/update';
import type { ServerCore } from './core';
import { sendObject } from './send-object';
import { parsePatchOptions, writeRequest } from './write-options';

/** Server-side apply: a PATCH that says what its manager wants, and creates what is not there. */
export async function applyHandler(core: ServerCore, served: ServedResource, request: ApiRequest, response: ApiResponse): Promise<void> {
  const endpoint = core.endpoints.endpoint(served);
  const accepted = negotiate(request.headers.accept, endpoint.protobufForms);
  const { query, warnings } = request.context;
  const { dryRun, force } = parsePatchOptions(query, APPLY_PATCH);
  const validation = parseFieldValidation(query.get('fieldValidation'));
  const body = await readBody(request);
  request.context.audit?.requestPatch(body);
  const patch = readApplyPatch(body, validation);
  const write = writeRequest(request, served, endpoint.resource, dryRun);
  const kind = trackedKind(endpoint.definition, endpoint.version, write.subresource);
  const manager = { manager: managerOf(request), now: write.now, force };
  const apply = async (_current: KubeObject | undefined, live: KubeObject | undefined): Promise<KubeObject> => {
    const present = live && (await endpoint.fromStorage(live));
    // What is applied becomes part of the object, and may be changed with it.
    const applied = applyConfig(kind, present && cloneObject(present), cloneObject(patch.config), manager);
    checkText(patch, validation, (text) => void warnings.add(text));
    if (!live) checkNew(endpoint, write.name, applied);
    matchName(write, applied.metadata);
    return endpoint.toStorage(decoded(endpoint, applied));
  };
  const authorizeCreate = (): Promise<void> => requireVerb(core.authorizer, request.context, 'create');
  const change = { apply, authorizeCreate: write.subresource ? undefined : authorizeCreate, alwaysCreates: true };
  const { entry, created } = await update(write, change, core.writes);
  await sendObject(endpoint, request, response, created ? 201 : 200, entry, accepted);
}

/** A name may be new, an identity may not. */
function checkNew({ resource }: Endpoint, name: string, { metadata: { uid } }: KubeObject): void {
  if (!uid) return;
  throw newConflict(resource.groupResource, name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
}

/** The result in canonical form, with its defaults. */
function decoded({ schema, version, apiVersion }: Endpoint, object: KubeObject): KubeObject {
  try {
    decodeObject(schema, object);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const what = `failed to convert new object (${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}; ${apiVersion}, Kind=${object.kind})`;
    throw new StatusError(500, '', `${what} to proper version: ${error.message}`, undefined, { cause: error });
  }
  version.setDefaults?.(object);
  return object;
}
