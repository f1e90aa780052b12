import { FieldPath, forbidden, invalid, isConfigMapKey, tooLong, type FieldError } from '@typekube/apimachinery';
import { invalidEach } from '../../../shared/fields/field-rules';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import type { corev1 } from '../../../types';

/** 1 MiB, for config maps and secrets alike. */
export const MAX_DATA_BYTES = 1024 * 1024;

const IMMUTABLE_WHEN_SET = 'field is immutable when `immutable` is set';

export function validateConfigMap({ data = {}, binaryData = {} }: corev1.ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(data)) {
    const path = FieldPath.of('data').key(key);
    errors.push(...invalidEach(path, key, isConfigMapKey(key)));
    if (Object.hasOwn(binaryData, key)) errors.push(invalid(path, key, 'duplicate of key present in binaryData'));
    size += Buffer.byteLength(value);
  }
  for (const [key, value] of Object.entries(binaryData)) {
    errors.push(...invalidEach(FieldPath.of('binaryData').key(key), key, isConfigMapKey(key)));
    size += Buffer.byteLength(value, 'base64');
  }
  if (size > MAX_DATA_BYTES) errors.push(tooLong(FieldPath.of(''), MAX_DATA_BYTES));
  return errors;
}

export function validateConfigMapUpdate(configMap: corev1.ConfigMap, old: corev1.ConfigMap): FieldError[] {
  return [...validateKeptImmutable(configMap, old, ['data', 'binaryData']), ...validateConfigMap(configMap)];
}

/** An object once `immutable` keeps that and the fields named. */
export function validateKeptImmutable<T extends { immutable?: boolean }>(
  object: T,
  old: T,
  fields: readonly (keyof T & string)[],
): FieldError[] {
  if (!old.immutable) return [];
  const errors = object.immutable ? [] : [forbidden(FieldPath.of('immutable'), IMMUTABLE_WHEN_SET)];
  const changed = fields.filter((field) => !semanticEqual(object[field], old[field]));
  return [...errors, ...changed.map((field) => forbidden(FieldPath.of(field), IMMUTABLE_WHEN_SET))];
}
