import { type FieldError, type FieldPath, duplicate, tooMany } from '@typekube/apimachinery';

type ItemRule<T> = (item: T, path: FieldPath) => FieldError[];

/** A list of at most `max` items, each by a rule. Too long a list is not looked into. */
export function validateSlice<T>(items: readonly T[] | undefined, max: number, rule: ItemRule<T>, path: FieldPath): FieldError[] {
  const list = items ?? [];
  if (list.length > max) return [tooMany(path, list.length, max)];
  return list.flatMap((item, i) => rule(item, path.index(i)));
}

/** A list as `validateSlice`, of items with different keys. */
export function validateSet<T>(
  items: readonly T[] | undefined,
  rules: { readonly max: number; readonly rule: ItemRule<T>; keyOf(item: T): unknown },
  path: FieldPath,
): FieldError[] {
  const list = items ?? [];
  if (list.length > rules.max) return [tooMany(path, list.length, rules.max)];
  const seen = new Set<unknown>();
  const repeated = list.flatMap((item, i) => {
    const key = rules.keyOf(item);
    if (seen.has(key)) return [duplicate(path.index(i), key)];
    seen.add(key);
    return [];
  });
  return [...list.flatMap((item, i) => rules.rule(item, path.index(i))), ...repeated];
}

/** A map of at most `max` entries, keys and values each by a rule. Long keys are cut in the middle in the paths of errors. */
export function validateMap<T>(
  map: Readonly<Record<string, T>> | undefined,
  rules: { readonly max: number; readonly keyLength: number; readonly key: ItemRule<string>; readonly value: ItemRule<T> },
  path: FieldPath,
): FieldError[] {
  const entries = Object.entries(map ?? {});
  if (entries.length > rules.max) return [tooMany(path, entries.length, rules.max)];
  return entries.flatMap(([key, value]) => [...rules.key(key, path), ...rules.value(value, path.key(shorten(key, rules.keyLength)))]);
}

function shorten(text: string, max: number): string {
  const limit = Math.max(max, 16);
  if (text.length <= limit) return text;
  const kept = limit - 3;
  return `${text.slice(0, Math.floor((kept + 1) / 2))}...${text.slice(text.length - Math.floor(kept / 2))}`;
}
