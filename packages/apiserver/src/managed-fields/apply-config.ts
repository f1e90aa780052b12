import {
  FieldConflictError,
  conflictsOutside,
  type FieldManager,
  type FieldSet,
  FieldsError,
  fieldsOfObject,
  formatTime,
  isSameManager,
  jsonEqual,
  type KubeObject,
  mergeObjects,
  newApplyConflict,
  newBadRequest,
  parseGroupVersion,
  pruneApplied,
  readStoredManagers,
  reconcileManagers,
  StatusError,
  takeFields,
  validateObject,
  VersionedComparison,
  withoutIgnored,
  writeManagers,
} from '@typekube/apimachinery';
import { fieldsLastApplied, MIGRATING_MANAGER, updateLastApplied } from './last-applied';
import { withoutStripped } from './stripped-fields';
import { type FieldWrite, setManagers, updateManagers } from './track-update';
import type { TrackedKind } from './tracked-kind';

/** Who manages an object that nobody has been said to manage, when it is applied for the first time. */
const BEFORE_FIRST_APPLY = 'before-first-apply';

export interface ApplyWrite extends FieldWrite {
  /** Takes fields from those who manage them with other values. */
  readonly force: boolean;
}

/**
 * What becomes of an object by applying a configuration: its fields put over those of `live`, without what the applier has applied earlier and does not any
 * more. `live` is undefined where there is none yet. The result is in the kind's version, and has to be decoded. Fails with 409 where others manage a field
 * with another value, with 400 or 500, as upstream, for what cannot be applied.
 */
export function applyConfig(kind: TrackedKind, live: KubeObject | undefined, config: KubeObject, write: ApplyWrite): KubeObject {
  const kept = understood('failed to decode managed fields', () => readStoredManagers(live?.metadata.managedFields));
  checkConfig(kind, config);
  const object = live ? withoutManagers(live) : emptyOf(kind);
  const managers = live && kept.length === 0 ? managersBefore(kind, object, write.now) : kept;
  const application = { kind, live: object, config, managers };
  check(application);
  const { applied, fields } = mergeOrExplain(application, write);
  if (write.manager === MIGRATING_MANAGER) updateLastApplied(applied, config);
  setManagers(applied, writeManagers(fields));
  return applied;
}

interface Application {
  readonly kind: TrackedKind;
  readonly live: KubeObject;
  readonly config: KubeObject;
  readonly managers: readonly FieldManager[];
}

interface Applied {
  readonly applied: KubeObject;
  readonly fields: readonly FieldManager[];
}

/** Before anything of it is set, an object is only of its kind. */
function emptyOf({ apiVersion, kind }: TrackedKind): KubeObject {
  return { apiVersion, kind, metadata: {} };
}

function withoutManagers({ metadata: { managedFields: _managers, ...metadata }, ...rest }: KubeObject): KubeObject {
  return { ...rest, metadata };
}

function managersBefore(kind: TrackedKind, object: KubeObject, now: Date): FieldManager[] {
  return readStoredManagers(updateManagers(kind, { live: kind.zero, object, managers: [] }, { manager: BEFORE_FIRST_APPLY, now }));
}

function checkConfig({ apiVersion, kind }: TrackedKind, config: KubeObject): void {
  if (config.apiVersion !== apiVersion || config.kind !== kind) throw newBadRequest(`invalid object type: ${printKind(config)}`);
  const { managedFields } = config.metadata;
  if (managedFields !== undefined && managedFields !== null) throw newBadRequest('metadata.managedFields must be nil');
}

function check({ kind: { type }, live, config }: Application): void {
  understood(`failed to create typed patch object (${printObject(config)})`, () => validateObject(type, config, { allowsDuplicates: false }));
  understood(`failed to create typed live object (${printObject(live)})`, () => validateObject(type, live, { allowsDuplicates: true }));
}

/** What upstream answers with 500 and no reason. */
function understood<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof FieldsError || error instanceof RangeError) throw new StatusError(500, '', `${what}: ${error.message}`, undefined, { cause: error });
    throw error;
  }
}

function printObject({ metadata, ...object }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}; ${printKind(object)}`;
}

function printKind({ apiVersion = '', kind = '' }: Pick<KubeObject, 'apiVersion' | 'kind'>): string {
  const { group, version } = parseGroupVersion(apiVersion);
  return `${group}/${version}, Kind=${kind}`;
}

/** Conflicts over what client-side apply has set are none for who takes over from it. */
function mergeOrExplain(application: Application, write: ApplyWrite): Applied {
  try {
    return understood('failed to merge config', () => merge(application, write));
  } catch (error) {
    if (!(error instanceof FieldConflictError)) throw error;
    const allowed = write.manager === MIGRATING_MANAGER ? fieldsLastApplied(application.kind, application.live) : undefined;
    const conflicts = conflictsOutside(error.conflicts, allowed);
    if (conflicts.length) throw newApplyConflict(new FieldConflictError(conflicts));
    return merge(application, { ...write, force: true });
  }
}

/** structured-merge-diff's Updater.Apply. */
function merge({ kind, live, config, managers }: Application, { manager, now, force }: ApplyWrite): Applied {
  const { apiVersion, subresource, type, versions, ignored } = kind;
  const known = reconcileManagers(managers, versions);
  const name = { manager, operation: 'Apply', apiVersion, subresource } as const;
  const last = known.find((each) => isSameManager(each, name));
  const fields = withoutIgnored(fieldsOfObject(type, config), ignored);
  const applier: FieldManager = { ...name, time: last?.time, fields: fields ?? NO_FIELDS };
  const all = [...known.filter((each) => each !== last), applier];
  const merged = mergeObjects(type, live, config) as KubeObject;
  const applied = last ? pruneApplied(merged, last, all, versions) : merged;
  const left = takeFields(all, new VersionedComparison({ old: live, object: applied, versions, ignored }), { force, applier });
  const stripped = withoutStripped(fields);
  const others = left.filter((each) => each !== applier);
  if (!stripped) return { applied, fields: others };
  // The time is that of the last change.
  const time = jsonEqual(live, applied) ? last?.time : formatTime(now);
  return { applied, fields: [...others, { ...applier, fields: stripped, time }] };
}

const NO_FIELDS: FieldSet = {};
