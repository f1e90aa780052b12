import type { KubeObject } from '../meta/types';
import type { FieldType } from './field-type';

/** The versions in which the fields of one kind may be named. */
export interface FieldVersions {
  /** Undefined for a version that is not known (any more): what is said in it is forgotten. */
  typeOf(apiVersion: string): FieldType | undefined;
  /** The object in another version that is known. It may share parts with the given one. */
  convert(object: KubeObject, apiVersion: string): KubeObject;
}

/** The object in a version, and how its fields are there; undefined for a version that is not known. */
export function inVersion(versions: FieldVersions, object: KubeObject, apiVersion: string): { object: KubeObject; type: FieldType } | undefined {
  const type = versions.typeOf(apiVersion);
  if (!type) return undefined;
  return { object: object.apiVersion === apiVersion ? object : versions.convert(object, apiVersion), type };
}
