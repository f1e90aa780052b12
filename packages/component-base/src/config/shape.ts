import { parseGoDuration } from './go-values';

/** What a field of a config file holds. `duration` is a text such as `30s`; `any` is not looked into. */
export type ConfigShape =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'number'
  | 'duration'
  | 'any'
  | { readonly list: ConfigShape }
  | { readonly map: ConfigShape }
  | { readonly fields: Readonly<Record<string, ConfigShape>> };

/** The value of a shape; every field may be absent. */
export type ConfigValue<S> = S extends 'string' | 'duration'
  ? string
  : S extends 'boolean'
    ? boolean
    : S extends 'integer' | 'number'
      ? number
      : S extends { readonly list: infer Item }
        ? readonly ConfigValue<Item>[]
        : S extends { readonly map: infer Item }
          ? Readonly<Record<string, ConfigValue<Item>>>
          : S extends { readonly fields: infer F }
            ? { readonly [K in keyof F]?: ConfigValue<F[K]> }
            : unknown;

/** Whether the value has the shape; what is wrong is added to `problems`. */
export function checkShape<S extends ConfigShape>(value: unknown, shape: S, problems: string[]): value is ConfigValue<S> {
  collectProblems(value, shape, '', problems);
  return problems.length === 0;
}

function collectProblems(value: unknown, shape: ConfigShape, path: string, problems: string[]): void {
  if (shape === 'any' || value === undefined || value === null) return;
  if (typeof shape === 'string') {
    if (!isScalar(value, shape)) problems.push(`field ${JSON.stringify(path)} must be ${article(shape)}`);
  } else if ('list' in shape) {
    if (!Array.isArray(value)) problems.push(`field ${JSON.stringify(path)} must be a list`);
    else value.forEach((item, i) => collectProblems(item, shape.list, `${path}[${i}]`, problems));
  } else if (!isMap(value)) {
    problems.push(`field ${JSON.stringify(path)} must be a map`);
  } else {
    for (const [key, item] of Object.entries(value)) collectFieldProblems(item, shape, { key, path }, problems);
  }
}

function collectFieldProblems(
  item: unknown,
  shape: { readonly map: ConfigShape } | { readonly fields: Readonly<Record<string, ConfigShape>> },
  { key, path }: { key: string; path: string },
  problems: string[],
): void {
  const name = path ? `${path}.${key}` : key;
  const inner = 'map' in shape ? shape.map : Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
  if (inner === undefined) problems.push(`unknown field ${JSON.stringify(name)}`);
  else collectProblems(item, inner, name, problems);
}

type Scalar = 'string' | 'boolean' | 'integer' | 'number' | 'duration';

function isScalar(value: unknown, shape: Scalar): boolean {
  switch (shape) {
    case 'integer':
      return Number.isSafeInteger(value);
    case 'duration':
      return typeof value === 'string' && isDuration(value);
    default:
      return typeof value === shape;
  }
}

function isDuration(text: string): boolean {
  try {
    parseGoDuration(text);
    return true;
  } catch {
    return false;
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function article(shape: Scalar): string {
  return shape === 'integer' ? 'an integer' : `a ${shape}`;
}
