import {
  type DeleteOptions,
  hasReason,
  type KubeObject,
  newBadRequest,
  newNotFound,
  selectorFromLabelSelector,
  type Status,
  StatusError,
} from '@typekube/apimachinery';
import { type corev1, getSchema, type policyv1, type ServedResource } from '@typekube/api';
import { admitAction } from '../admission/admit-action';
import { NO_ADMISSION } from '../admission/chain';
import { parseObject } from '../cache/entry';
import type { ServerCore } from '../handlers/core';
import { parseDryRun, writeRequest } from '../handlers/write-options';
import { readBody } from '../http/body';
import { decodeAs, parseFieldValidation } from '../http/decode-object';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { type ParsedBody, parseBody } from '../http/parse-body';
import { sendStatus } from '../http/respond';
import { checkDeleteOptions, checkPreconditions, deleteObject } from '../registry/delete';
import { update } from '../registry/update';
import type { WriteRequest } from '../registry/write-context';
import { goesFreely, markDisrupted, mayBecomeReady, mayGoUnhealthy, spendDisruption, stillProcessed } from './plan-eviction';

/** POST of an Eviction: deletes a pod if its disruption budget allows (upstream's EvictionREST). */
export async function evictionHandler(core: ServerCore, served: ServedResource, request: ApiRequest, response: ApiResponse): Promise<void> {
  const eviction = await readEviction(request);
  const { name } = request.context.info;
  if (eviction.metadata.name && eviction.metadata.name !== name) {
    throw newBadRequest(`name in URL does not match name in Eviction object: ${JSON.stringify(eviction.metadata.name)}, ${JSON.stringify(name)}`);
  }
  const { resource } = core.endpoints.endpoint(served);
  const options = { ...(eviction.deleteOptions as DeleteOptions | undefined) };
  checkDeleteOptions(options);
  const dryRun = parseDryRun(request.context.query, 'CreateOptions') || Boolean(options.dryRun?.length);
  const write = { ...writeRequest(request, served, resource, dryRun), strategy: served.definition.strategy };
  await admitAction(write, 'CREATE', eviction, core.writes);
  await evict({ core, write, options });
  sendStatus(request, response, EVICTED);
}

const EVICTED: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

async function readEviction(request: ApiRequest): Promise<policyv1.Eviction> {
  const { query, warnings, audit } = request.context;
  const expected = { apiVersion: 'policy/v1', kind: 'Eviction', schema: getSchema('io.k8s.api.policy.v1.Eviction') };
  const body = asV1(parseBody(await readBody(request), request.headers['content-type'], expected));
  const object = decodeAs(expected, body, parseFieldValidation(query.get('fieldValidation')), (text) => void warnings.add(text));
  audit?.requestObject(object);
  return object as policyv1.Eviction;
}

/** Old clients send what was the same in policy/v1beta1, which nothing else is served in any more (EvictionREST.AcceptsGroupVersion). */
function asV1(body: ParsedBody): ParsedBody {
  return body.value['apiVersion'] === 'policy/v1beta1' ? { ...body, value: { ...body.value, apiVersion: 'policy/v1' } } : body;
}

/** What one eviction is about. */
interface Eviction {
  readonly core: ServerCore;
  readonly write: WriteRequest;
  readonly options: DeleteOptions;
}

/** How often a pod that others write meanwhile is looked at anew. */
const MAX_ATTEMPTS = 20;

async function evict(eviction: Eviction): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const pod = await readPod(eviction);
    if (!goesFreely(pod)) return evictWithinBudget(eviction, pod);
    try {
      return await remove(mayBecomeReady(pod) ? asSeen(eviction, pod) : eviction);
    } catch (error) {
      if (!hasReason(error, 'Conflict') || isVersioned(eviction) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

async function readPod({ core, write: { resource, namespace, name } }: Eviction): Promise<corev1.Pod> {
  const { kv } = await core.store.get(resource.key(namespace, name));
  if (!kv) throw newNotFound(resource.groupResource, name);
  return parseObject(resource.cache.format.read(kv).bytes) as corev1.Pod;
}

async function evictWithinBudget(eviction: Eviction, pod: corev1.Pod): Promise<void> {
  const budgets = matchingBudgets(eviction.core, pod);
  if (budgets.length > 1) {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new StatusError(500, 'InternalError', message);
  }
  const [budget] = budgets;
  if (!budget) return remove(eviction);
  if (!mayGoUnhealthy(budget, pod)) {
    await takeDisruption(eviction, budget, pod);
    return remove(eviction);
  }
  try {
    await remove(asSeen(eviction, pod));
  } catch (error) {
    // It may be ready by now: the client is to ask again.
    if (hasReason(error, 'Conflict') && !isVersioned(eviction)) throw stillProcessed(budget.metadata.name ?? '');
    throw error;
  }
}

function isVersioned({ options }: Eviction): boolean {
  return options.preconditions?.resourceVersion !== undefined;
}

/** The same, but only of the pod as it was when it was decided on; a version that the client names goes before. */
function asSeen(eviction: Eviction, { metadata: { resourceVersion = '' } }: corev1.Pod): Eviction {
  return { ...eviction, options: atVersion({ resourceVersion, ...eviction.options.preconditions }, eviction.options) };
}

function atVersion(preconditions: DeleteOptions['preconditions'], options: DeleteOptions): DeleteOptions {
  return { ...options, preconditions };
}

/** Says on the pod who disrupts it, and deletes it. */
async function remove(eviction: Eviction): Promise<void> {
  const { core, write, options } = eviction;
  const services = { ...core.writes, admission: NO_ADMISSION };
  if (write.dryRun) return void (await deleteObject(write, options, services));
  const apply = (pod: KubeObject | undefined): KubeObject => {
    checkPreconditions(write, pod!, options);
    return markDisrupted(pod as corev1.Pod, write.now);
  };
  const { entry } = await update({ ...write, strategy: {}, subresource: 'status' }, { apply }, services);
  const resourceVersion = String(entry.revision);
  await deleteObject(write, isVersioned(eviction) ? atVersion({ ...options.preconditions, resourceVersion }, options) : options, services);
}

async function takeDisruption({ core, write }: Eviction, budget: policyv1.PodDisruptionBudget, pod: corev1.Pod): Promise<void> {
  const resource = core.endpoints.resource('policy', 'poddisruptionbudgets');
  const name = budget.metadata.name ?? '';
  const apply = (current: KubeObject | undefined): KubeObject => spendDisruption(current as policyv1.PodDisruptionBudget, pod, write.now);
  try {
    await update({ ...write, resource, strategy: {}, subresource: 'status', name }, { apply }, core.writes);
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error;
  }
}

function matchingBudgets(core: ServerCore, pod: corev1.Pod): policyv1.PodDisruptionBudget[] {
  const { cache } = core.endpoints.resource('policy', 'poddisruptionbudgets');
  const prefix = `${cache.prefix}${pod.metadata.namespace ?? ''}/`;
  const found: policyv1.PodDisruptionBudget[] = [];
  for (const [key, entry] of cache.entries.entries(prefix)) {
    if (!key.startsWith(prefix)) break;
    const budget = parseObject(entry.bytes) as policyv1.PodDisruptionBudget;
    if (selectorFromLabelSelector(budget.spec?.selector).matches(pod.metadata.labels ?? {})) found.push(budget);
  }
  return found;
}
