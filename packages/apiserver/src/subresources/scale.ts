import { type KubeObject, newBadRequest, newInvalid, newNotFound } from '@typekube/apimachinery';
import { type autoscalingv1, getSchema, type ScaleSubresource, type ServedResource, validateScale } from '@typekube/api';
import { type Entry, parseObject } from '../cache/entry';
import type { ServerCore } from '../handlers/core';
import { parseDryRun, writeRequest } from '../handlers/write-options';
import { readBody } from '../http/body';
import { decodeAs, type ExpectedKind, parseFieldValidation } from '../http/decode-object';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { encodeObject } from '../http/encode-object';
import { type Accepted, negotiate } from '../http/negotiate';
import { parseBody } from '../http/parse-body';
import { sendEncoded } from '../http/respond';
import { readPatch } from '../registry/patch';
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
  const accepted = negotiate(request.headers.accept, 'all');
  const rules = served.definition.subresources[info.subresource] as ScaleSubresource;
  const { resource } = core.endpoints.endpoint(served);
  if (info.verb === 'get') {
    await core.barrier.mostRecent();
    const entry = resource.cache.get(resource.key(info.namespace, info.name));
    if (!entry) throw newNotFound(resource.groupResource, info.name);
    rules.checkReadable?.(parseObject(entry.bytes));
    return sendEncoded(request, response, 200, scaleBytes(rules, entry, accepted), accepted);
  }
  const write = writeRequest(request, served, resource, parseDryRun(query, 'UpdateOptions'));
  const read = await scaleReader(request);
  const apply = (current: KubeObject | undefined): KubeObject => changeScale(rules, current!, read);
  const { entry } = await update(write, { apply }, core.writes);
  return sendEncoded(request, response, 200, scaleBytes(rules, entry, accepted), accepted);
}

/** Makes the wanted scale from the present one: the body itself, or the present one patched. */
type ScaleReader = (current: Scale) => Scale;

async function scaleReader(request: ApiRequest): Promise<ScaleReader> {
  const { info, query, warnings } = request.context;
  const validation = parseFieldValidation(query.get('fieldValidation'));
  const warn = (text: string): void => void warnings.add(text);
  const body = await readBody(request);
  const contentType = request.headers['content-type'];
  if (info.verb === 'patch') {
    const patch = readPatch({ expected: EXPECTED, validation, warn }, body, contentType);
    return (current) => patch(current) as Scale;
  }
  const scale = decodeAs(EXPECTED, parseBody(body, contentType, EXPECTED), validation, warn) as Scale;
  return () => scale;
}

function changeScale(rules: ScaleSubresource, object: KubeObject, read: ScaleReader): KubeObject {
  const wanted = read(scaleOf(rules, object));
  const { name, uid, resourceVersion } = wanted.metadata;
  if (name !== object.metadata.name) {
    throw newBadRequest(`the name of the object (${name ?? ''}) does not match the name on the URL (${object.metadata.name ?? ''})`);
  }
  const errors = validateScale(wanted);
  if (errors.length) throw newInvalid({ group: 'autoscaling', kind: 'Scale' }, name ?? '', errors);
  rules.setReplicas(object, wanted.spec?.replicas ?? 0);
  if (uid) object.metadata.uid = uid;
  if (resourceVersion) object.metadata.resourceVersion = resourceVersion;
  return object;
}

function scaleBytes(rules: ScaleSubresource, { bytes }: Entry, accepted: Accepted): Buffer {
  return encodeObject(scaleOf(rules, parseObject(bytes)), SCALE, accepted);
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
