import { applyJsonPatch, isJsonObject, PatchError } from '@typekube/apimachinery';
import type { Value } from '@typekube/cel';
import { cel } from '../../cel/cel';
import { PolicyFailure } from './policy-failure';

/** The object with the operations that an expression gave done to it; itself where there are none. */
export function applyPatch(value: Value, object: object): object {
  const { isList } = cel();
  if (!isList(value)) throw new PolicyFailure('JSON Patch: the expression gives no list');
  if (value.length === 0) return object;
  try {
    const changed = applyJsonPatch(object, value.map(operationOf));
    return isJsonObject(changed) ? changed : object;
  } catch (error) {
    if (error instanceof PatchError) throw new PolicyFailure(`JSON Patch: ${error.message}`, { cause: error });
    throw error;
  }
}

function operationOf(value: Value): object {
  const json = cel().toJson(value);
  return isJsonObject(json) ? json : {};
}
