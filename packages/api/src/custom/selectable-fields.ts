import { getOwn, isJsonObject } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../types';
import type { FieldText } from '../registry/resource-definition';

/** The fields that any of the versions can be selected by, each with one function, which the watch cache knows it by. */
export function selectableFieldsOf(versions: readonly apiextensionsv1.CustomResourceDefinitionVersion[]): ReadonlyMap<string, FieldText> {
  const paths = new Set(versions.flatMap(({ selectableFields = [] }) => selectableFields.map(({ jsonPath }) => jsonPath.slice(1))));
  return new Map([...paths].map((path) => [path, fieldText(path.split('.'))]));
}

function fieldText(steps: readonly string[]): FieldText {
  return (object) => {
    let value: unknown = object;
    for (const step of steps) value = isJsonObject(value) ? getOwn(value, step) : undefined;
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  };
}
