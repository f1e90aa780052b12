import {
  type DeleteOptions,
  type KubeObject,
  newConflict,
  newInvalid,
  newNotFound,
  OPTIMISTIC_LOCK_ERROR,
  validateDeleteOptions,
} from '@typekube/apimachinery';
import { type Entry, parseObject } from '../cache/entry';
import { planDeletion } from './deletion';
import {
  admit,
  encodeForStore,
  hooksOf,
  storedEntry,
  validate,
  type WriteRequest,
  type WriteServices,
  writtenEntry,
} from './write-context';

const MAX_ATTEMPTS = 16;

export interface Deleted {
  /** The last state: as removed, or as kept for now. */
  readonly entry: Entry;
  /** Whether the object is gone; false if finalizers or a grace period keep it. */
  readonly isGone: boolean;
}

/** Deletes an object, at once or by marking it, as upstream's `Store.Delete`. Each attempt decides anew from the newest state. */
export async function deleteObject(request: WriteRequest, options: DeleteOptions, services: WriteServices): Promise<Deleted> {
  const { resource, namespace, name } = request;
  const key = resource.key(namespace, name);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const { kv } = await services.store.get(key);
    if (!kv) throw newNotFound(resource.groupResource, name);
    const read = resource.cache.format.read(kv);
    const current = read.apiVersion === undefined ? read : await resource.inStoredForm(read);
    checkPreconditions(request, parseObject(current.bytes), options);
    if (attempt === 1) {
      const write = { operation: 'DELETE', oldObject: parseObject(current.bytes) } as const;
      await admit(request, write, services);
      await validate(request, write, services);
    }
    const deleted = await tryDelete(request, current, options, services);
    if (deleted) return deleted;
  }
  throw newConflict(resource.groupResource, name, OPTIMISTIC_LOCK_ERROR);
}

/** Undefined if somebody else was faster. */
async function tryDelete(
  request: WriteRequest,
  current: Entry,
  options: DeleteOptions,
  services: WriteServices,
): Promise<Deleted | undefined> {
  const { resource, strategy, now, dryRun } = request;
  const hooks = hooksOf(resource, services);
  const plan = planDeletion(parseObject(current.bytes), options, { strategy, hooks, now });
  if (plan.step === 'wait') return { entry: current, isGone: false };
  if (plan.step === 'mark') return markDeleted(request, current, plan.object, services);
  if (!dryRun) {
    const result = await services.store.delete(current.key, current.revision);
    if (!result.succeeded) return undefined;
  }
  await hooks.afterDelete?.(parseObject(current.bytes), { dryRun });
  return { entry: current, isGone: true };
}

async function markDeleted(
  { resource, dryRun }: WriteRequest,
  { key, revision }: Entry,
  object: KubeObject,
  { store }: WriteServices,
): Promise<Deleted | undefined> {
  const value = encodeForStore(resource, object);
  if (dryRun) return { entry: writtenEntry(resource, key, value, revision, object), isGone: false };
  const result = await store.update(key, value, revision);
  if (!result.succeeded) return undefined;
  return { entry: storedEntry(resource, key, value, result.revision, object), isGone: false };
}

/** Upstream names the kind here, where other conflicts name the resource. */
export function checkPreconditions({ resource, name }: WriteRequest, { metadata }: KubeObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion } = preconditions ?? {};
  const kind = { group: resource.groupKind.group, resource: resource.groupKind.kind };
  if (uid !== undefined && uid !== metadata.uid) {
    const why =
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid ?? ''}). ` +
      'The object might have been deleted and then recreated';
    throw newConflict(kind, name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why =
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record ` +
      `(${metadata.resourceVersion ?? ''}). The object might have been modified`;
    throw newConflict(kind, name, why);
  }
}

/** Fails with 422 for options that are unknown or contradict each other. */
export function checkDeleteOptions(options: DeleteOptions): void {
  const errors = validateDeleteOptions(options);
  if (errors.length) throw newInvalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
}
