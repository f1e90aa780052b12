/**
 * Whether two JSON values mean the same, as equality.Semantic.DeepEqual: an absent field, null, an empty list and an empty
 * map are one; the order of fields does not matter, that of list elements does. Values must be in canonical form (quantities,
 * times).
 */
export function semanticEqual(a: unknown, b: unknown): boolean {
  // Depth costs heap, not stack: some kinds carry values of any depth.
  const pending: Pair[] = [];
  for (let pair: Pair | undefined = [a, b]; pair; pair = pending.pop()) {
    const [left, right] = pair;
    if (left === right || (isAbsent(left) && isAbsent(right))) continue;
    if (isList(left) && isList(right)) {
      if (!pushItems(left ?? [], right ?? [], pending)) return false;
    } else if (isMap(left) && isMap(right)) {
      pushFields(left ?? {}, right ?? {}, pending);
    } else {
      return false;
    }
  }
  return true;
}

type Pair = readonly [unknown, unknown];

function pushItems(a: readonly unknown[], b: readonly unknown[], pending: Pair[]): boolean {
  if (a.length !== b.length) return false;
  for (const [i, item] of a.entries()) if (item !== b[i]) pending.push([item, b[i]]);
  return true;
}

function pushFields(a: Record<string, unknown>, b: Record<string, unknown>, pending: Pair[]): void {
  for (const key of Object.keys(a)) if (a[key] !== own(b, key)) pending.push([a[key], own(b, key)]);
  for (const key of Object.keys(b)) if (!Object.hasOwn(a, key)) pending.push([undefined, b[key]]);
}

function own(record: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isList(value: unknown): value is readonly unknown[] | null | undefined {
  return isAbsent(value) || Array.isArray(value);
}

function isMap(value: unknown): value is Record<string, unknown> | null | undefined {
  return isAbsent(value) || (typeof value === 'object' && !Array.isArray(value));
}
