import { formatGoValue, goTypeOf } from './go-format';
import { PatchError } from './patch-error';

// The errors of upstream's mergepatch package. Its handlers know the ones of 400 and 422; all others become a 500.

export function badRetainKeys(): PatchError {
  return new PatchError(400, 'invalid patch format of retainKeys');
}

export function badPrimitiveList(): PatchError {
  return new PatchError(400, 'invalid patch format of primitive list');
}

export function badSetElementOrderList(): PatchError {
  return new PatchError(400, 'invalid patch format of setElementOrder list');
}

export function listOfLists(): PatchError {
  return new PatchError(422, 'lists of lists are not supported');
}

export function noMergeKey(map: unknown, key: string): PatchError {
  return new PatchError(500, `map: ${formatGoValue(map)} does not contain declared merge key: ${key}`);
}

export function badArgument(expected: 'map[string]interface {}' | '[]interface {}', actual: unknown): PatchError {
  return new PatchError(500, `expected a ${expected}, but received a ${goTypeOf(actual)}`);
}

export function badPatchType(directive: unknown, map: unknown): PatchError {
  const text = typeof directive === 'string' ? directive : `%!s(${goTypeOf(directive)}=${formatGoValue(directive)})`;
  return new PatchError(500, `unknown patch type: ${text} in map: ${formatGoValue(map)}`);
}
