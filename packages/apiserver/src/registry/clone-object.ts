import { encodeJson, type KubeObject, parseJson } from '@typekube/apimachinery';

/** A copy that shares nothing with the object. Unlike `structuredClone` it takes any depth that can be parsed, and is faster. */
export function cloneObject(object: KubeObject): KubeObject {
  return parseJson(encodeJson(object)) as KubeObject;
}
