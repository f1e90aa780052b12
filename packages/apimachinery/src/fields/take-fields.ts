import type { KubeObject } from '../meta/types';
import { compareFields, type Comparison } from './compare';
import { conflictsWith, FieldConflictError, type FieldConflict } from './field-conflict';
import { difference, type FieldFilter, filterFields, type FieldSet, intersection, recursiveDifference, union } from './field-set';
import { type FieldVersions, inVersion } from './field-versions';
import { type FieldManager, withFields } from './manager';
import { reconcileWithType } from './typed-set';

/** Fields that a write cannot change, so that nobody gets them by it (upstream's reset fields). */
export type IgnoredFields = { readonly reset: FieldSet } | { readonly only: FieldFilter };

/** What is left of a set without the fields that do not count. */
export function withoutIgnored(set: FieldSet | undefined, ignored: IgnoredFields | undefined): FieldSet | undefined {
  if (!ignored) return set;
  return 'reset' in ignored ? recursiveDifference(set, ignored.reset) : filterFields(set, ignored.only);
}

/** A change of an object, as those see it who manage its fields. Both states are of one version. */
export interface FieldChange {
  readonly old: KubeObject;
  readonly object: KubeObject;
  readonly versions: FieldVersions;
  readonly ignored: IgnoredFields | undefined;
}

/** Compares the two states in any version, once in each. */
export class VersionedComparison {
  private readonly known = new Map<string, Comparison | undefined>();

  constructor(private readonly change: FieldChange) {}

  /** Undefined for a version that is not known. */
  in(apiVersion: string): Comparison | undefined {
    if (this.known.has(apiVersion)) return this.known.get(apiVersion);
    const comparison = this.compare(apiVersion);
    this.known.set(apiVersion, comparison);
    return comparison;
  }

  private compare(apiVersion: string): Comparison | undefined {
    const { old, object, versions, ignored } = this.change;
    const before = inVersion(versions, old, apiVersion);
    const after = before && inVersion(versions, object, apiVersion);
    if (!after) return undefined;
    const { changed, removed } = compareFields(after.type, before.object, after.object);
    return { changed: withoutIgnored(changed, ignored), removed: withoutIgnored(removed, ignored) };
  }
}

/**
 * Takes the fields that a change has given other values, or removed, from those who manage them. Throws FieldConflictError instead where it may not, and
 * somebody (other than the `applier`) has a changed one. Who is left with nothing is gone.
 */
export function takeFields(
  managers: readonly FieldManager[],
  comparison: VersionedComparison,
  { force, applier }: { readonly force: boolean; readonly applier?: FieldManager },
): FieldManager[] {
  const conflicts: FieldConflict[] = [];
  const left: FieldManager[] = [];
  for (const manager of managers) {
    if (manager === applier) {
      left.push(manager);
      continue;
    }
    const compared = comparison.in(manager.apiVersion);
    if (!compared) continue;
    const taken = intersection(manager.fields, compared.changed);
    if (taken && !force) conflicts.push(...conflictsWith(manager, taken));
    const fields = difference(difference(manager.fields, taken), compared.removed);
    if (fields && !isEmpty(fields)) left.push(fields === manager.fields ? manager : withFields(manager, fields));
  }
  if (conflicts.length) throw new FieldConflictError(conflicts);
  return left;
}

function isEmpty(fields: FieldSet): boolean {
  return Object.keys(fields).length === 0;
}

/** The managers under what the schemas say now; those of versions that are not known are gone. */
export function reconcileManagers(managers: readonly FieldManager[], versions: FieldVersions): FieldManager[] {
  return managers.flatMap((manager) => {
    const type = versions.typeOf(manager.apiVersion);
    if (!type) return [];
    const fields = reconcileWithType(type, manager.fields) ?? manager.fields;
    return [fields === manager.fields ? manager : withFields(manager, fields)];
  });
}

/** What one manager has, and what it gets. */
export function joinFields(fields: FieldSet, more: FieldSet): FieldSet {
  return union(fields, more) ?? fields;
}
