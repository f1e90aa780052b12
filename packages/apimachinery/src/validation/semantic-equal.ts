/**
 * Whether two JSON values mean the same, as equality.Semantic.DeepEqual: an absent field, null, an empty list and an empty
 * map are one; the order of fields does not matter, that of list elements does. Values must be in canonical form (quantities,
 * times).
 */
export function semanticEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isAbsent(a) && isAbsent(b)) return true;
  if (isList(a) && isList(b)) return sameItems(a ?? [], b ?? []);
  return isMap(a) && isMap(b) && sameFields(a ?? {}, b ?? {});
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => semanticEqual(item, b[i]));
}

function sameFields(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  for (const key of Object.keys(a)) if (!semanticEqual(a[key], own(b, key))) return false;
  for (const key of Object.keys(b)) if (!Object.hasOwn(a, key) && !semanticEqual(undefined, b[key])) return false;
  return true;
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
