import { type FieldError, type FieldPath, isDNS1123Label, required } from '@typekube/apimachinery';
import type { resourcev1 } from '../../../types';
import { validateMap } from '../../../shared/device/collections';
import { invalidEach } from '../../../shared/fields/field-rules';

const MAX_COUNTERS = 32;
const LABEL_LENGTH = 63;

/** Counters by name, at least one of them. */
export function validateCounters(
  counters: Readonly<Record<string, resourcev1.Counter>> | undefined,
  path: FieldPath,
): FieldError[] {
  if (Object.keys(counters ?? {}).length === 0) return [required(path)];
  const key = (name: string, at: FieldPath): FieldError[] => invalidEach(at, name, isDNS1123Label(name));
  return validateMap(counters, { max: MAX_COUNTERS, keyLength: LABEL_LENGTH, key, value: () => [] }, path);
}

/** The name of a set of counters. */
export function validateCounterSetName(name: string | undefined, path: FieldPath): FieldError[] {
  return name ? invalidEach(path, name, isDNS1123Label(name)) : [required(path)];
}
