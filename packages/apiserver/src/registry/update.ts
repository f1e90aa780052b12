import {
  FieldPath,
  type FieldError,
  type GroupResource,
  invalid,
  jsonEqual,
  type KubeObject,
  newConflict,
  newInvalid,
  newNotFound,
  OPTIMISTIC_LOCK_ERROR,
  StatusError,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@typekube/apimachinery';
import type { KeyValue } from '@typekube/storage';
import { type Entry, parseObject } from '../cache/entry';
import { keepManagedFields } from '../managed-fields/after-admission';
import { isSameButTimes } from '../managed-fields/same-but-times';
import { create } from './create';
import { isReadyToDelete } from './deletion';
import { matchName } from './match-name';
import { matchNamespace } from './match-namespace';
import { NOTHING_BEGUN } from './resource-hooks';
import {
  admit,
  encodeForStore,
  hooksOf,
  storedEntry,
  strategyContext,
  validate,
  warnAll,
  type WriteRequest,
  type WriteServices,
  writtenEntry,
} from './write-context';

/** How long an update that names no resource version is tried anew when others write in between: upstream's limit of a write request. */
const MAX_MS = 34_000;

export interface Update {
  /**
   * Makes the new state from the present one, a fresh copy that may be changed; undefined where there is none and the kind may be
   * created by an update. `live` is the same state, not to be changed. May run several times.
   */
  apply(current: KubeObject | undefined, live: KubeObject | undefined): KubeObject | Promise<KubeObject>;
  /**
   * Rejects where the client may not create the object; asked if there is none. PUT creates where the kind allows it, what has no such function (PATCH)
   * does not.
   */
  readonly authorizeCreate?: (() => Promise<void>) | undefined;
  /** An object that is not there is created whatever its kind says: by an apply. */
  readonly alwaysCreates?: boolean;
  /** The object must have this uid: what a PUT names. */
  readonly uid?: string | undefined;
}

export interface Updated {
  readonly entry: Entry;
  readonly created: boolean;
}

/**
 * Changes an object under optimistic concurrency, as upstream's `Store.Update` on GuaranteedUpdate: what the change is made from is
 * what it replaces, else it is made again. An object whose last finalizer goes while it is being deleted is deleted.
 */
export async function update(request: WriteRequest, change: Update, services: WriteServices): Promise<Updated> {
  const { resource, namespace, name } = request;
  const key = resource.key(namespace, name);
  let current: Entry | undefined = resource.cache.get(key);
  let isFresh = false;
  const end = performance.now() + MAX_MS;
  while (performance.now() < end) {
    let outcome: Outcome;
    try {
      if (current?.apiVersion !== undefined) current = await request.resource.inStoredForm(current);
      outcome = current ? await tryUpdate(request, change, current, services) : await createByUpdate(request, change, services);
    } catch (error) {
      // The cache may lag behind the store: a refusal counts only if it was the newest state that was looked at.
      if (isFresh || !(error instanceof StatusError)) throw error;
      const newest = await readNewest(request, key, services);
      if (newest?.revision === current?.revision) throw error;
      outcome = { done: false, current: newest };
    }
    if (outcome.done) return outcome.updated;
    current = outcome.current;
    isFresh = true;
  }
  throw newConflict(resource.groupResource, name, OPTIMISTIC_LOCK_ERROR);
}

type Outcome =
  | { readonly done: true; readonly updated: Updated }
  /** Somebody else was faster: this is the state now. */
  | { readonly done: false; readonly current: Entry | undefined };

async function tryUpdate(request: WriteRequest, change: Update, current: Entry, services: WriteServices): Promise<Outcome> {
  const { resource, dryRun, user } = request;
  const old = parseObject(current.bytes);
  checkUid(request, change, old.metadata.uid);
  const object = await change.apply(parseObject(current.bytes), old);
  checkIdentity(request, object, old);
  const write = { operation: 'UPDATE', object, oldObject: old } as const;
  const { managedFields } = object.metadata;
  const admitting = admit(request, write, services);
  if (admitting) await admitting;
  keepManagedFields(object, managedFields, request.warn);
  // A plugin may change the object, but not make another of it.
  matchNamespace(request, object.metadata);
  matchName(request, object.metadata);
  carryOverSystemMetadata(object, old);
  const hooks = hooksOf(resource, services);
  // A subresource does not change what is allocated, whatever its writer sends along.
  const begun = (!request.subresource && (await hooks.beginUpdate?.(object, old, { dryRun, user }))) || NOTHING_BEGUN;
  if (request.subresource === 'status') await hooks.beginStatusUpdate?.(object, old, { user, verb: request.verb });
  let outcome: Outcome | undefined;
  try {
    prepareAndValidate(request, object, old);
    const validating = validate(request, write, services);
    if (validating) await validating;
    outcome = await storeChanged(request, object, old, current, services);
  } finally {
    await (outcome?.done ? begun.commit() : begun.rollback());
  }
  return outcome;
}

async function createByUpdate(request: WriteRequest, change: Update, services: WriteServices): Promise<Outcome> {
  const { resource, name, strategy } = request;
  if (!change.authorizeCreate || !(change.alwaysCreates || strategy.allowCreateOnUpdate)) throw newNotFound(resource.groupResource, name);
  checkUid(request, change, undefined);
  const object = await change.apply(undefined, undefined);
  const { resourceVersion } = object.metadata;
  if (resourceVersion && resourceVersion !== '0') throw newNotFound(resource.groupResource, name);
  await change.authorizeCreate();
  const entry = await create({ ...request, options: () => createOptions(request) }, object, services);
  return { done: true, updated: { entry, created: true } };
}

/** What admission is told of an update that creates. */
function createOptions({ options }: WriteRequest): object | undefined {
  const given = options();
  return given && { ...given, kind: 'CreateOptions' };
}

async function readNewest(request: WriteRequest, key: string, { store }: WriteServices): Promise<Entry | undefined> {
  const { kv } = await store.get(key);
  return kv && request.resource.cache.format.read(kv);
}

/** Worded as upstream's storage does; an object that is gone has no uid. */
function checkUid({ resource, name, namespace }: WriteRequest, { uid }: Update, present: string | undefined): void {
  if (!uid || uid === present) return;
  const why =
    `StorageError: invalid object, Code: 4, Key: ${resource.key(namespace, name)}, ResourceVersion: 0, AdditionalErrorMsg: ` +
    `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${present ?? ''}`;
  throw newConflict(resource.groupResource, name, why);
}

/** The object must be the one in the path, and the one it was made from. */
function checkIdentity(request: WriteRequest, { metadata }: KubeObject, old: KubeObject): void {
  const { resource, name, strategy } = request;
  matchNamespace(request, metadata);
  matchName(request, metadata);
  const { resourceVersion } = metadata;
  if (!resourceVersion || resourceVersion === '0') {
    if (strategy.allowUnconditionalUpdate === false) throw unversioned(resource.groupResource, name);
  } else if (!/^\d{1,19}$/.test(resourceVersion)) {
    // As upstream, where it is no error of the client.
    throw new StatusError(500, '', `strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
  } else if (resourceVersion !== old.metadata.resourceVersion) {
    throw newConflict(resource.groupResource, name, OPTIMISTIC_LOCK_ERROR);
  }
}

/** Upstream names the resource here, not the kind. */
function unversioned({ group, resource: kind }: GroupResource, name: string): StatusError {
  const path = FieldPath.of('metadata', 'resourceVersion');
  return newInvalid({ group, kind }, name, [invalid(path, 0, 'must be specified for an update')]);
}

/** What only the system sets (rest.BeforeUpdate): a client's value is not an error, it just does not count. */
function carryOverSystemMetadata({ metadata }: KubeObject, { metadata: old }: KubeObject): void {
  metadata.resourceVersion = old.resourceVersion;
  metadata.uid ||= old.uid;
  metadata.creationTimestamp = old.creationTimestamp;
  metadata.generation = old.generation;
  // Who sets these himself is told that he cannot.
  metadata.deletionTimestamp = old.deletionTimestamp ?? metadata.deletionTimestamp;
  metadata.deletionGracePeriodSeconds ??= old.deletionGracePeriodSeconds;
  delete metadata.selfLink;
  for (const [field, value] of Object.entries(metadata)) {
    if (value === undefined) delete metadata[field as keyof typeof metadata];
  }
}

/** A name does not change, and may be one that was allowed once: who could not update its object could not let go of its finalizers. */
const KEPT_NAME = (): string[] => [];

function prepareAndValidate(request: WriteRequest, object: KubeObject, old: KubeObject): void {
  const { resource, strategy } = request;
  const context = strategyContext(request);
  strategy.prepareForUpdate?.(object, old, context);
  if (strategy.tracksGeneration && specChanged(object, old)) object.metadata.generation = (old.metadata.generation ?? 0) + 1;
  const path = FieldPath.of('metadata');
  const errors: FieldError[] = [
    ...validateObjectMeta(object.metadata, { namespaced: resource.namespaced, validateName: KEPT_NAME }, path),
    ...validateObjectMetaUpdate(object.metadata, old.metadata, path),
    ...(strategy.validateUpdate?.(object, old, context) ?? []),
  ];
  if (errors.length) throw newInvalid(resource.groupKind, object.metadata.name ?? '', errors);
  warnAll(request, strategy.warningsOnUpdate?.(object, old));
}

/** Whether anything but metadata and status differs. */
function specChanged(object: KubeObject, old: KubeObject): boolean {
  return !jsonEqual(withoutMetadataAndStatus(object), withoutMetadataAndStatus(old));
}

function withoutMetadataAndStatus(object: KubeObject & { status?: unknown }): object {
  const { metadata: _metadata, status: _status, ...rest } = object;
  return rest;
}

async function storeChanged(
  request: WriteRequest,
  object: KubeObject,
  old: KubeObject,
  current: Entry,
  services: WriteServices,
): Promise<Outcome> {
  const { resource, dryRun } = request;
  const { key, revision } = current;
  if (isReadyToDelete(object, hooksOf(resource, services))) return deleteFinalized(request, object, current, services);
  const isSame = jsonEqual(object, old) || isSameButTimes(object, old);
  if (isSame && !current.isStale && !(await services.isStale?.(key))) return { done: true, updated: { entry: current, created: false } };
  const value = encodeForStore(resource, object);
  if (dryRun) return { done: true, updated: { entry: writtenEntry(resource, key, value, revision, object), created: false } };
  const lease = await hooksOf(resource, services).lease?.();
  const result = await services.store.update(key, value, revision, lease === undefined ? undefined : { lease });
  if (!result.succeeded) return { done: false, current: readPair(request, result.current) };
  return { done: true, updated: { entry: storedEntry(resource, key, value, result.revision, object), created: false } };
}

/** The last finalizer of a deleted object has gone with this update. */
async function deleteFinalized(
  request: WriteRequest,
  object: KubeObject,
  current: Entry,
  services: WriteServices,
): Promise<Outcome> {
  const { resource, dryRun } = request;
  const { key, revision } = current;
  const entry = writtenEntry(resource, key, encodeForStore(resource, object), revision, object);
  if (!dryRun) {
    const result = await services.store.delete(key, revision);
    if (!result.succeeded) return { done: false, current: readPair(request, result.current) };
  }
  await hooksOf(resource, services).afterDelete?.(object, { dryRun });
  return { done: true, updated: { entry, created: false } };
}

function readPair({ resource }: WriteRequest, pair: KeyValue | undefined): Entry | undefined {
  return pair && resource.cache.format.read(pair);
}
