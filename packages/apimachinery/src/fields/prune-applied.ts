import type { KubeObject } from '../meta/types';
import { difference, type FieldSet, intersection, union, unionAll } from './field-set';
import type { FieldType } from './field-type';
import { type FieldVersions, inVersion } from './field-versions';
import { fieldsOfObject } from './fields-of-value';
import type { FieldManager } from './manager';
import { removeFields } from './remove-items';
import { withDeclaredFields } from './typed-set';

/**
 * Takes from a merged object what its applier has applied last time and does not any more, save what others manage. (structured-merge-diff's prune)
 *
 * @param managers all of them, the applier with what it applies now.
 */
export function pruneApplied(merged: KubeObject, last: FieldManager, managers: readonly FieldManager[], versions: FieldVersions): KubeObject {
  const start = inVersion(versions, merged, last.apiVersion);
  if (!start) return merged;
  const { object, type } = start;
  const lastFields = withDeclaredFields(type, last.fields);
  let pruned = removeFrom(object, type, lastFields);
  pruned = addBackOwned({ merged: object, pruned }, last.apiVersion, managers, versions);
  return inVersion(versions, removeOnly(object, pruned, { last, lastFields, versions }), merged.apiVersion)?.object ?? merged;
}

function removeFrom(object: KubeObject, type: FieldType, fields: FieldSet | undefined): KubeObject {
  return removeFields(type, object, fields) as KubeObject;
}

interface States {
  readonly merged: KubeObject;
  readonly pruned: KubeObject;
}

/** Gives back what anybody manages, version by version; that of the last applied first, in which the object may not lack what conversion needs. */
function addBackOwned(states: States, firstVersion: string, managers: readonly FieldManager[], versions: FieldVersions): KubeObject {
  const owned = new Map<string, FieldSet[]>();
  for (const { apiVersion, fields } of managers) {
    const known = owned.get(apiVersion);
    if (known) known.push(fields);
    else owned.set(apiVersion, [fields]);
  }
  const others = [...owned.keys()].filter((version) => version !== firstVersion);
  let current = states;
  for (const version of owned.has(firstVersion) ? [firstVersion, ...others] : others) {
    current = addBackIn(current, version, unionAll(owned.get(version) ?? []), versions);
  }
  return current.pruned;
}

function addBackIn(states: States, version: string, owned: FieldSet | undefined, versions: FieldVersions): States {
  const merged = inVersion(versions, states.merged, version);
  const pruned = inVersion(versions, states.pruned, version);
  if (!merged || !pruned) return states;
  const { type } = merged;
  const all = withDeclaredFields(type, fieldsOfObject(type, merged.object));
  const kept = union(withDeclaredFields(type, fieldsOfObject(type, pruned.object)), withDeclaredFields(type, owned));
  return { merged: merged.object, pruned: removeFrom(merged.object, type, difference(all, kept)) };
}

/** Removes what pruning has, as far as it was applied last time: what dangles below it belongs to others, or to nobody. */
function removeOnly(
  merged: KubeObject,
  pruned: KubeObject,
  { last, lastFields, versions }: { last: FieldManager; lastFields: FieldSet | undefined; versions: FieldVersions },
): KubeObject {
  const converted = inVersion(versions, pruned, last.apiVersion);
  if (!converted) return merged;
  const { type } = converted;
  const left = withDeclaredFields(type, fieldsOfObject(type, converted.object));
  const all = withDeclaredFields(type, fieldsOfObject(type, merged));
  return removeFrom(merged, type, intersection(difference(all, left), lastFields));
}
