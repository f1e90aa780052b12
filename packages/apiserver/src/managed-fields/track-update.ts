import {
  type FieldManager,
  FieldsError,
  formatTime,
  isSameManager,
  joinFields,
  jsonEqual,
  type KubeObject,
  type ManagedFieldsEntry,
  type ManagerName,
  readManagers,
  readStoredManagers,
  reconcileManagers,
  takeFields,
  VersionedComparison,
  writeManagers,
} from '@typekube/apimachinery';
import { capManagers } from './cap-managers';
import { withoutStripped } from './stripped-fields';
import type { TrackedKind } from './tracked-kind';

/** Who writes, and when. */
export interface FieldWrite {
  readonly manager: string;
  readonly now: Date;
}

/**
 * Says in the metadata of an object which fields its writer manages from now on: those that it gives another value than they have in `live`, the object as it
 * is (undefined for one that is created). Both are of the kind's version; what `live` says of managed fields holds where the writer says nothing.
 */
export function trackUpdate(kind: TrackedKind, live: KubeObject | undefined, object: KubeObject, write: FieldWrite): void {
  const given = object.metadata.managedFields;
  const kept = live?.metadata.managedFields;
  const managers = kind.subresource || !given ? readOrForget(kept) : givenOrKept(kind, given, kept);
  object.metadata.managedFields = undefined;
  // What has been there without managers goes on without, until somebody applies.
  if (live && managers.length === 0) return setManagers(object, undefined);
  const updated = attempt(() => ({ entries: updateManagers(kind, { live: live ?? kind.zero, object, managers }, write) }));
  setManagers(object, updated ? updated.entries : kept);
}

/** A client that does not know of managed fields does not take them away; one that asks for it does. */
function givenOrKept(kind: TrackedKind, given: ManagedFieldsEntry[], kept: ManagedFieldsEntry[] | undefined): FieldManager[] {
  // In custom resources, an empty list is none to upstream.
  if (kind.isCustom && given.length === 0) return readOrForget(kept);
  if (isReset(given)) return [];
  // What is given back as it was needs no second reading.
  if (kept && jsonEqual(given, kept)) return readOrForget(kept);
  return attempt(() => readManagers(given)) ?? readOrForget(kept);
}

function isReset([first, ...others]: readonly ManagedFieldsEntry[]): boolean {
  return first === undefined || (others.length === 0 && Object.keys(first).length === 0);
}

function readOrForget(entries: ManagedFieldsEntry[] | undefined): FieldManager[] {
  return attempt(() => readStoredManagers(entries)) ?? [];
}

/** Who manages what must never be in the way of a write: what cannot be understood, or is too deep to be walked, stays as it was. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof FieldsError || error instanceof RangeError) return undefined;
    throw error;
  }
}

export interface TrackedChange {
  readonly live: KubeObject;
  readonly object: KubeObject;
  readonly managers: readonly FieldManager[];
}

/** The managers after an update. The writer is put down anew only where it changes something. */
export function updateManagers(kind: TrackedKind, { live, object, managers }: TrackedChange, { manager, now }: FieldWrite): ManagedFieldsEntry[] | undefined {
  const { apiVersion, subresource, versions, ignored } = kind;
  const comparison = new VersionedComparison({ old: live, object, versions, ignored });
  const left = takeFields(reconcileManagers(managers, versions), comparison, { force: true });
  const fields = withoutStripped(comparison.in(apiVersion)?.changed);
  if (!fields) return writeManagers(capManagers(left));
  const name: ManagerName = { manager, operation: 'Update', apiVersion, subresource };
  const before = left.find((known) => isSameManager(known, name));
  const all = before ? joinFields(before.fields, fields) : fields;
  const written: FieldManager = { manager, operation: 'Update', apiVersion, subresource, time: formatTime(now), fields: all };
  return writeManagers(capManagers([...left.filter((known) => known !== before), written]));
}

export function setManagers({ metadata }: KubeObject, entries: ManagedFieldsEntry[] | undefined): void {
  if (entries) metadata.managedFields = entries;
  else delete metadata.managedFields;
}
