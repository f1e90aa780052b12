import { type FieldError, formatGoValue, getOwn, isJsonObject, type KubeObject } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../types';

type ScalePaths = apiextensionsv1.CustomResourceSubresourceScale;

const MAX_REPLICAS = 2 ** 31 - 1;

/** What a `scale` subresource reads must be what a Scale can have, wherever the schema lets it be more (customresource's ValidateScaleSpec and -Status). */
export function scaleErrors(object: KubeObject, { specReplicasPath, statusReplicasPath, labelSelectorPath }: ScalePaths): FieldError[] {
  return [
    ...replicasErrors(object, specReplicasPath),
    ...replicasErrors(object, statusReplicasPath),
    ...(labelSelectorPath ? read(object, labelSelectorPath, { type: 'string', zero: '' }).errors : []),
  ];
}

function replicasErrors(object: KubeObject, path: string): FieldError[] {
  const { value, errors } = read(object, path, { type: 'int64', zero: 0 });
  if (typeof value !== 'number' && typeof value !== 'bigint') return errors;
  if (value < 0) return [errorAt(path, value, 'should be a non-negative integer')];
  return value > MAX_REPLICAS ? [errorAt(path, value, `should be less than or equal to ${MAX_REPLICAS}`)] : errors;
}

interface Wanted {
  readonly type: 'int64' | 'string';
  /** What an error shows, as nothing was read. */
  readonly zero: number | string;
}

/** The value at a path; an error where something else stands on the way to it or in its place. */
function read(object: KubeObject, path: string, { type, zero }: Wanted): { value?: unknown; errors: FieldError[] } {
  let value: unknown = object;
  const refuse = (expected: string): { errors: FieldError[] } => {
    return { errors: [errorAt(path, zero, `${path} accessor error: ${formatGoValue(value)} is of the type ${goTypeOf(value)}, expected ${expected}`)] };
  };
  for (const step of path.split('.').filter(Boolean)) {
    if (value === null) return { errors: [] };
    if (!isJsonObject(value)) return refuse('map[string]interface{}');
    value = getOwn(value, step);
    if (value === undefined) return { errors: [] };
  }
  return goTypeOf(value) === type ? { value, errors: [] } : refuse(type);
}

function goTypeOf(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'bigint') return 'int64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
}

function errorAt(field: string, badValue: unknown, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, badValue, detail };
}
