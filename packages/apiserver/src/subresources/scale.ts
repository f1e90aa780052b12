import { fieldTypeOfSchema, type KubeObject, newBadRequest, newInvalid, newNotAcceptable, newNotFound } from '@typekube/apimachinery';
import { type autoscalingv1, getSchema, type ScaleSubresource, scaleTable, type ServedResource, validateScale, zeroOf } from '@typekube/api';
import { parseObject } from '../cache/entry';
import type { ServerCore } from '../handlers/core';
import { includeObject } from '../handlers/read-handlers';
import { parseDryRun, parsePatchOptions, writeRequest } from '../handlers/write-options';
import { readBody } from '../http/body';
import { decodeAs, type ExpectedKind, parseFieldValidation } from '../http/decode-object';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { encodeObject } from '../http/encode-object';
import { type Accepted, negotiate } from '../http/negotiate';
import { mediaType, parseBody } from '../http/parse-body';
import { sendAnswer } from '../http/respond';
import { type ApplyWrite, applyConfig } from '../managed-fields/apply-config';
import { managerOf } from '../managed-fields/manager-name';
import { parentManagers, type ReplicasPaths, replicasPaths, scaleManagers } from '../managed-fields/scale-fields';
import { type FieldWrite, setManagers, trackUpdate } from '../managed-fields/track-update';
import type { TrackedKind } from '../managed-fields/tracked-kind';
import { APPLY_PATCH, checkText, readApplyPatch } from '../registry/apply-patch';
import { cloneObject } from '../registry/clone-object';
import { readPatch } from '../registry/patch';
import { TableRepresentation } from '../registry/table-representation';
import { update } from '../registry/update';

type Scale = autoscalingv1.Scale;

const SCALE = 'io.k8s.api.autoscaling.v1.Scale';

const EXPECTED: ExpectedKind = {
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  get schema() {
    return getSchema(SCALE);
  },
};

/** The number of replicas alone, as `autoscaling/v1 Scale`: get, update and patch. The object's own rules hold for what is written. */
export async function scaleHandler(core: ServerCore, served: ServedResource, request: ApiRequest, response: ApiResponse): Promise<void> {
  const { info, query } = request.context;
  const isCustom = served.definition.custom !== undefined;
  const accepted = negotiate(request.headers.accept, isCustom ? 'metadata' : 'all');
  const rules = served.definition.subresources[info.subresource] as ScaleSubresource;
  const endpoint = core.endpoints.endpoint(served);
  const { resource } = endpoint;
  if (info.verb === 'get') {
    await core.barrier.mostRecent();
    const entry = resource.cache.get(resource.key(info.namespace, info.name));
    if (!entry) throw newNotFound(resource.groupResource, info.name);
    const object = await endpoint.fromStorage(parseObject(entry.bytes));
    rules.checkReadable?.(object);
    return sendAnswer(request, response, { code: 200, accepted, encode: (form) => scaleBytes(rules, object, { request, accepted: form }) });
  }
  const patchType = mediaType(request.headers['content-type']);
  const { dryRun, force } = info.verb === 'patch' ? parsePatchOptions(query, patchType) : { dryRun: parseDryRun(query, 'UpdateOptions'), force: false };
  const write = writeRequest(request, served, resource, dryRun);
  const read = await scaleReader(request, { manager: managerOf(request), now: write.now, force });
  const change = { rules, read, apiVersion: endpoint.apiVersion, paths: replicasPaths(served.definition) };
  const apply = async (current: KubeObject | undefined): Promise<KubeObject> => endpoint.toStorage(changeScale(change, await endpoint.fromStorage(current!)));
  const { entry } = await update(write, { apply }, core.writes);
  const changed = await endpoint.fromStorage(parseObject(entry.bytes));
  return sendAnswer(request, response, { code: 200, accepted, encode: (form) => scaleBytes(rules, changed, { request, accepted: form }) });
}

/** Makes the wanted scale from the present one: the body itself, or the present one patched; and says who manages it then. */
type ScaleReader = (current: Scale) => Scale;

async function scaleReader(request: ApiRequest, write: ApplyWrite): Promise<ScaleReader> {
  const { info, query, warnings, audit } = request.context;
  const validation = parseFieldValidation(query.get('fieldValidation'));
  const warn = (text: string): void => void warnings.add(text);
  const body = await readBody(request);
  const contentType = request.headers['content-type'];
  if (info.verb === 'patch') audit?.requestPatch(body);
  if (info.verb === 'patch' && mediaType(contentType) === APPLY_PATCH) {
    const patch = readApplyPatch(body, validation);
    return (current) => {
      const applied = applyConfig(scaleKind(), current, cloneObject(patch.config), write) as Scale;
      checkText(patch, validation, warn);
      return applied;
    };
  }
  if (info.verb === 'patch') {
    const patch = readPatch({ expected: EXPECTED, validation, warn }, body, contentType);
    return (current) => tracked(current, patch(cloneObject(current)) as Scale, write);
  }
  const scale = decodeAs(EXPECTED, parseBody(body, contentType, EXPECTED), validation, warn) as Scale;
  audit?.requestObject(scale);
  return (current) => tracked(current, cloneObject(scale) as Scale, write);
}

function tracked(current: Scale, wanted: Scale, write: FieldWrite): Scale {
  trackUpdate(scaleKind(), current, wanted, write);
  return wanted;
}

/** What is asked of one scale. */
interface ScaleChange {
  readonly rules: ScaleSubresource;
  readonly read: ScaleReader;
  /** The version in which the object is written. */
  readonly apiVersion: string;
  readonly paths: ReplicasPaths;
}

function changeScale({ rules, read, apiVersion, paths }: ScaleChange, object: KubeObject): KubeObject {
  const { managedFields } = object.metadata;
  const current = scaleOf(rules, object);
  setManagers(current, scaleManagers(managedFields, paths));
  const wanted = read(current);
  const { name, uid, resourceVersion } = wanted.metadata;
  if (name !== object.metadata.name) {
    throw newBadRequest(`the name of the object (${name ?? ''}) does not match the name on the URL (${object.metadata.name ?? ''})`);
  }
  const errors = validateScale(wanted);
  if (errors.length) throw newInvalid({ group: 'autoscaling', kind: 'Scale' }, name ?? '', errors);
  rules.setReplicas(object, wanted.spec?.replicas ?? 0);
  if (uid) object.metadata.uid = uid;
  if (resourceVersion) object.metadata.resourceVersion = resourceVersion;
  setManagers(object, parentManagers(managedFields, wanted.metadata.managedFields, { apiVersion, paths }));
  return object;
}

let madeKind: TrackedKind | undefined;

/** A Scale is a kind of its own, with the managers of what it scales. */
function scaleKind(): TrackedKind {
  const { apiVersion, kind } = EXPECTED;
  const type = fieldTypeOfSchema(EXPECTED.schema);
  madeKind ??= {
    apiVersion,
    kind,
    subresource: 'scale',
    isCustom: false,
    type,
    zero: { ...zeroOf(EXPECTED.schema), apiVersion, kind, metadata: {} },
    ignored: undefined,
    versions: { typeOf: (version) => (version === apiVersion ? type : undefined), convert: (object) => object },
  };
  return madeKind;
}

interface Asked {
  readonly request: ApiRequest;
  readonly accepted: Accepted;
}

function scaleBytes(rules: ScaleSubresource, object: KubeObject, { request, accepted }: Asked): Buffer {
  if (accepted.isList) throw newNotAcceptable('you requested PartialObjectMetadataList, but the requested object is not a list (*v1.Scale)');
  if (accepted.as === 'Table') {
    return new TableRepresentation(rules.table ?? scaleTable, includeObject(request), (scale) => scale, accepted.metaVersion ?? 'v1').one(scaleOf(rules, object));
  }
  return encodeObject(scaleOf(rules, object), SCALE, accepted);
}

/** The scale that an object shows. */
export function scaleOf(rules: ScaleSubresource, object: KubeObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const { specReplicas, statusReplicas, selector } = rules.getScale(object);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: specReplicas ? { replicas: specReplicas } : {},
    status: { replicas: statusReplicas, ...(selector && { selector }) },
  };
}
