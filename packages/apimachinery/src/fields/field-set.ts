import type { FieldKey } from './field-key';

/**
 * A set of fields, in the form of FieldsV1: what is below a step stands at its key, and `.` says that the step itself is a field of the set. Nothing below
 * a step says so too. Sets are never changed, and share what they have in common; an empty set is undefined.
 */
export interface FieldSet {
  readonly [key: FieldKey]: FieldSet;
}

export const SELF = '.';

/** A field that has none below it. */
export const LEAF: FieldSet = Object.freeze({});

/** A set while it is made. */
export type FieldSetDraft = Record<FieldKey, FieldSet>;

/** The step itself and what is below it. */
export function withSelf(children: FieldSet | undefined): FieldSet {
  if (!children) return LEAF;
  return isMember(children) ? children : { [SELF]: LEAF, ...children };
}

/** Whether the step at which `node` stands is itself a field of the set. */
export function isMember(node: FieldSet): boolean {
  return SELF in node || isLeaf(node);
}

function isLeaf(node: FieldSet): boolean {
  for (const _ in node) return false;
  return true;
}

function hasChildren(node: FieldSet): boolean {
  for (const key in node) if (key !== SELF) return true;
  return false;
}

/** What is below the step, without itself; undefined if nothing is. */
export function below(node: FieldSet | undefined): FieldSet | undefined {
  if (!node || !hasChildren(node)) return undefined;
  if (!(SELF in node)) return node;
  const { [SELF]: _self, ...children } = node;
  return children;
}

export function hasField(set: FieldSet | undefined, path: readonly FieldKey[]): boolean {
  let node = set;
  for (const key of path) node = node?.[key];
  return node !== undefined && path.length > 0 && isMember(node);
}

/** The set of one field. */
export function singleField(path: readonly FieldKey[]): FieldSet {
  return path.reduceRight<FieldSet>((child, key) => ({ [key]: child }), LEAF);
}

export function union(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  return a && b ? joined(a, b) : (a ?? b);
}

/** The union of many, in halves: what is in the first ones is not copied with each of the others. */
export function unionAll(sets: readonly (FieldSet | undefined)[]): FieldSet | undefined {
  if (sets.length < 2) return sets[0];
  const half = sets.length >> 1;
  return union(unionAll(sets.slice(0, half)), unionAll(sets.slice(half)));
}

/** As `union`, of what stands at one step. */
export function joinNodes(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  if (isLeaf(a)) return withSelf(b);
  return isLeaf(b) ? withSelf(a) : joined(a, b);
}

function joined(a: FieldSet, b: FieldSet): FieldSet {
  const out: FieldSetDraft = { ...a };
  for (const key in b) {
    const present = out[key];
    out[key] = present ? joinNodes(present, b[key]!) : b[key]!;
  }
  return out;
}

/** The fields of `a` that are not in `b`. Fields below one that is in `b` stay. */
export function difference(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  return a && b ? combineChildren(a, b, SUBTRACTION) : a;
}

/** The fields of `a` that are neither in `b` nor below a field that is. */
export function recursiveDifference(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  return a && b ? combineChildren(a, b, WHOLE_SUBTRACTION) : a;
}

/** The fields that are in both. */
export function intersection(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  return a && b ? combineChildren(a, b, INTERSECTION) : undefined;
}

interface Combination {
  /** Whether what only `a` has is in the result. */
  readonly keepsAlone: boolean;
  /** Whether a field that both know of is in the result. */
  keeps(isInA: boolean, isInB: boolean): boolean;
  /** A field of `b` takes everything below it away. */
  readonly isWhole?: boolean;
}

const SUBTRACTION: Combination = { keepsAlone: true, keeps: (isInA, isInB) => isInA && !isInB };
const WHOLE_SUBTRACTION: Combination = { ...SUBTRACTION, isWhole: true };
const INTERSECTION: Combination = { keepsAlone: false, keeps: (isInA, isInB) => isInA && isInB };

/** `a` itself where nothing is taken from it. */
function combineNodes(a: FieldSet, b: FieldSet, how: Combination): FieldSet | undefined {
  const isInB = isMember(b);
  if (how.isWhole && isInB) return undefined;
  const isKept = how.keeps(isMember(a), isInB);
  if (!hasChildren(a)) return isKept ? a : undefined;
  const children = combineChildren(a, b, how);
  if (isKept) return children === a ? a : withSelf(below(children));
  return below(children);
}

/** What is below the steps of both; `a` itself where that is all of it, `.` included. */
function combineChildren(a: FieldSet, b: FieldSet, how: Combination): FieldSet | undefined {
  const out: FieldSetDraft = {};
  let isSame = true;
  let isEmpty = true;
  for (const key in a) {
    if (key === SELF) continue;
    const [left, right] = [a[key]!, b[key]];
    const kept = right ? combineNodes(left, right, how) : how.keepsAlone ? left : undefined;
    if (kept !== left) isSame = false;
    if (!kept) continue;
    out[key] = kept;
    isEmpty = false;
  }
  if (isSame) return a;
  return isEmpty ? undefined : out;
}

/** What is let through: below a step, `true` for all of it. `*` stands for any step. */
export interface FieldFilter {
  readonly [key: FieldKey]: FieldFilter | true;
}

/** The fields that the filter lets through, and those on the way to them. */
export function filterFields(set: FieldSet | undefined, filter: FieldFilter): FieldSet | undefined {
  let out: FieldSetDraft | undefined;
  for (const key in set) {
    const inner = filter[key] ?? filter['*'];
    if (!inner || key === SELF) continue;
    const node = set[key]!;
    const children = inner === true ? below(node) : filterFields(node, inner);
    const kept = isMember(node) ? withSelf(children) : children;
    if (kept) (out ??= {})[key] = kept;
  }
  return out;
}

/** Calls with the path of each field: all fields of a step before those below them. */
export function forEachField(set: FieldSet | undefined, call: (path: readonly FieldKey[]) => void, path: readonly FieldKey[] = []): void {
  if (!set) return;
  const steps = Object.keys(set).filter((key) => key !== SELF);
  for (const key of steps) if (isMember(set[key]!)) call([...path, key]);
  for (const key of steps) forEachField(set[key], call, [...path, key]);
}
