import { randomUUID } from 'node:crypto';
import {
  FieldPath,
  formatTime,
  type KubeObject,
  newAlreadyExists,
  newForbidden,
  newInvalid,
  simpleNameGenerator,
  StatusError,
  validateObjectMeta,
} from '@typekube/apimachinery';
import type { KeyValue } from '@typekube/storage';
import { type Entry, parseObject } from '../cache/entry';
import { keepManagedFields } from '../managed-fields/after-admission';
import { cloneObject } from './clone-object';
import { matchNamespace } from './match-namespace';
import { nameValidator } from './name-validator';
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

/** Attempts at finding a free name for a generateName, as upstream's. */
const MAX_NAME_ATTEMPTS = 8;

/**
 * Creates an object, which must be in the storage version with its defaults set. Order as upstream's `Store.Create`: mutating
 * admission → system metadata → name → allocation → prepare → validate → warnings → validating admission → store.
 */
export async function create(request: WriteRequest, object: KubeObject, services: WriteServices): Promise<Entry> {
  checkAccepting(request, object);
  matchNamespace(request, object.metadata);
  checkResourceVersion(object);
  const { managedFields } = object.metadata;
  const admitting = admit(request, { operation: 'CREATE', object }, services);
  if (admitting) await admitting;
  keepManagedFields(object, managedFields, request.warn);
  // A plugin may change the object, but not move it.
  matchNamespace(request, object.metadata);
  const { generateName } = object.metadata;
  const attempts = object.metadata.name || !generateName ? 1 : MAX_NAME_ATTEMPTS;
  for (let attempt = 1; ; attempt += 1) {
    const candidate = attempts === 1 ? object : withGeneratedName(object, generateName ?? '');
    const entry = await tryCreate(request, candidate, services);
    if (entry) return entry;
    if (attempt >= attempts) throw await alreadyExists(request, candidate, services);
  }
}

/** Nothing is added to what is about to be deleted with its definition, by whatever verb. */
function checkAccepting({ resource }: WriteRequest, { metadata }: KubeObject): void {
  const { custom, verbs } = resource.definition;
  if (!custom || verbs.includes('create')) return;
  throw newForbidden(resource.groupResource, metadata.name ?? '', 'create not allowed while custom resource definition is terminating');
}

/** Undefined if an object of that name exists. */
async function tryCreate(request: WriteRequest, object: KubeObject, services: WriteServices): Promise<Entry | undefined> {
  const { resource, dryRun, user } = request;
  fillSystemMetadata(request, object);
  const hooks = hooksOf(resource, services);
  const begun = hooks.beginCreate ? await hooks.beginCreate(object, { dryRun, user }) : NOTHING_BEGUN;
  let entry: Entry | undefined;
  try {
    prepareAndValidate(request, object);
    const validating = validate(request, { operation: 'CREATE', object }, services);
    if (validating) await validating;
    entry = await storeNew(request, object, services);
  } finally {
    await (entry ? begun.commit() : begun.rollback());
  }
  return entry;
}

function checkResourceVersion({ metadata }: KubeObject): void {
  if (metadata.resourceVersion && metadata.resourceVersion !== '0') {
    throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  delete metadata.resourceVersion;
}

function withGeneratedName(object: KubeObject, prefix: string): KubeObject {
  const copy = cloneObject(object);
  copy.metadata.name = simpleNameGenerator(prefix);
  return copy;
}

function fillSystemMetadata({ now, strategy }: WriteRequest, { metadata }: KubeObject): void {
  metadata.uid = randomUUID();
  metadata.creationTimestamp = formatTime(now);
  delete metadata.selfLink;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  if (strategy.tracksGeneration) metadata.generation = 1;
  else delete metadata.generation;
}

function prepareAndValidate(request: WriteRequest, object: KubeObject): void {
  const { resource, strategy } = request;
  const context = strategyContext(request);
  strategy.prepareForCreate?.(object, context);
  const errors = [
    ...validateObjectMeta(
      object.metadata,
      { namespaced: resource.namespaced, validateName: nameValidator(strategy) },
      FieldPath.of('metadata'),
    ),
    ...(strategy.validate?.(object, context) ?? []),
  ];
  if (errors.length) throw newInvalid(resource.groupKind, object.metadata.name ?? '', errors);
  warnAll(request, strategy.warningsOnCreate?.(object));
}

async function storeNew(request: WriteRequest, object: KubeObject, services: WriteServices): Promise<Entry | undefined> {
  const { resource, namespace, dryRun } = request;
  const key = resource.key(namespace, object.metadata.name ?? '');
  const value = encodeForStore(resource, object);
  if (dryRun) {
    const { kv } = await services.store.get(key);
    return kv ? undefined : writtenEntry(resource, key, value, 0, object);
  }
  const lease = await hooksOf(resource, services).lease?.();
  const result = await services.store.create(key, value, lease === undefined ? undefined : { lease });
  return result.succeeded ? storedEntry(resource, key, value, result.revision, object) : undefined;
}

/** Says so if the name is taken only by an object that is on its way out. */
async function alreadyExists(request: WriteRequest, object: KubeObject, { store }: WriteServices): Promise<StatusError> {
  const { resource, namespace } = request;
  const name = object.metadata.name ?? '';
  const error = newAlreadyExists(resource.groupResource, name);
  const { kv } = await store.get(resource.key(namespace, name));
  return kv && isBeingDeleted(kv) ? new StatusError(409, 'AlreadyExists', `object is being deleted: ${error.message}`, error.status.details) : error;
}

/** What cannot be read is just there. */
function isBeingDeleted({ value }: KeyValue): boolean {
  try {
    return parseObject(value).metadata.deletionTimestamp !== undefined;
  } catch {
    return false;
  }
}
