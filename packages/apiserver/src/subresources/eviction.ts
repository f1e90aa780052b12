import {
  type DeleteOptions,
  formatTime,
  hasReason,
  type KubeObject,
  newBadRequest,
  newTooManyRequests,
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
import { parseBody } from '../http/parse-body';
import { sendStatus } from '../http/respond';
import { deleteObject, checkDeleteOptions } from '../registry/delete';
import { update } from '../registry/update';
import type { WriteRequest } from '../registry/write-context';

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
  const { kv } = await core.store.get(resource.key(write.namespace, name));
  const pod = kv && (parseObject(kv.value) as corev1.Pod);
  await admitAction(write, 'CREATE', eviction, core.writes);
  if (pod && !goesFreely(pod)) await takeDisruption(core, write, pod);
  await deleteObject(write, options, { ...core.writes, admission: NO_ADMISSION });
  sendStatus(request, response, EVICTED);
}

const EVICTED: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

async function readEviction(request: ApiRequest): Promise<policyv1.Eviction> {
  const { query, warnings } = request.context;
  const expected = { apiVersion: 'policy/v1', kind: 'Eviction', schema: getSchema('io.k8s.api.policy.v1.Eviction') };
  const body = parseBody(await readBody(request), request.headers['content-type'], expected);
  const object = decodeAs(expected, body, parseFieldValidation(query.get('fieldValidation')), (text) => void warnings.add(text));
  return object as policyv1.Eviction;
}

/** Pods that do not run, or are going already, disturb nobody. */
function goesFreely({ metadata, status }: corev1.Pod): boolean {
  const phase = status?.phase;
  return metadata.deletionTimestamp !== undefined || phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending';
}

async function takeDisruption(core: ServerCore, write: WriteRequest, pod: corev1.Pod): Promise<void> {
  const budgets = matchingBudgets(core, pod);
  if (budgets.length > 1) {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new StatusError(500, 'InternalError', message);
  }
  const [budget] = budgets;
  if (!budget || mayGoUnhealthy(budget, pod)) return;
  const resource = core.endpoints.resource('policy', 'poddisruptionbudgets');
  const name = budget.metadata.name ?? '';
  const apply = (current: KubeObject | undefined): KubeObject => countDisruption(current as policyv1.PodDisruptionBudget, pod, write.now);
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

/** A pod that is not ready may go when it does not count as healthy anyway. */
function mayGoUnhealthy({ spec, status }: policyv1.PodDisruptionBudget, pod: corev1.Pod): boolean {
  const isReady = pod.status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
  if (isReady) return false;
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

const MAX_DISRUPTED_PODS = 2000;

function countDisruption(budget: policyv1.PodDisruptionBudget, pod: corev1.Pod, now: Date): policyv1.PodDisruptionBudget {
  const { status, metadata } = budget;
  const name = metadata.name ?? '';
  if (!status || (status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    throw budgetError(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  const { disruptionsAllowed = 0, currentHealthy = 0, desiredHealthy = 0 } = status;
  if (disruptionsAllowed <= 0) {
    throw budgetError(`The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`, 0);
  }
  const disruptedPods = { ...status.disruptedPods, [pod.metadata.name ?? '']: formatTime(now) };
  if (Object.keys(disruptedPods).length > MAX_DISRUPTED_PODS) {
    throw budgetError('DisruptedPods map too big - too many evictions not confirmed by PDB controller', 0);
  }
  budget.status = { ...status, disruptionsAllowed: disruptionsAllowed - 1, disruptedPods };
  return budget;
}

function budgetError(why: string, retryAfterSeconds: number): StatusError {
  const error = newTooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", retryAfterSeconds);
  error.status.details = { ...error.status.details, causes: [{ reason: 'DisruptionBudget', message: why }] };
  return error;
}
