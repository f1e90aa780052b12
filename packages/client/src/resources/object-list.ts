import type { KubeObject, ListMeta } from '@typekube/apimachinery';

/** A list as the server sends it. */
export interface ObjectList<T extends KubeObject> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ListMeta;
  readonly items: T[];
}

/**
 * The boundary where bytes become objects: the server is trusted to send the kind that was asked for, but not to send JSON of
 * any other form.
 */
export function readObject<T extends KubeObject>(value: unknown): T {
  if (isObject<T>(value)) return value;
  throw new TypeError('the server sent something that is no API object');
}

/** Items of a list of built-in kinds bear no `apiVersion` and `kind` of their own: they get them here. */
export function readList<T extends KubeObject>(value: unknown, kind: string): ObjectList<T> {
  if (!isList<T>(value)) throw new TypeError('the server sent something that is no list');
  const items = (value.items ?? []).map((item) => (item.kind ? item : { ...item, apiVersion: value.apiVersion, kind }));
  return { apiVersion: value.apiVersion, kind: value.kind, metadata: value.metadata ?? {}, items };
}

function isObject<T extends KubeObject>(value: unknown): value is T {
  return isKind(value) && 'metadata' in value && typeof value.metadata === 'object';
}

function isList<T extends KubeObject>(
  value: unknown,
): value is { apiVersion: string; kind: string; metadata?: ListMeta; items?: T[] | null } {
  return isKind(value) && value.kind.endsWith('List') && 'items' in value;
}

function isKind(value: unknown): value is { apiVersion: string; kind: string } {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string' && 'apiVersion' in value
  );
}
