import { isJsonObject } from '../json/own-property';
import type { FieldType } from './field-type';

/**
 * Where a configuration has lists and maps that are one field, whatever is in them: `.spec.selector`. Who sets a part of one would take away all that it does
 * not name. Not looked into are the values of maps whose fields no schema declares.
 */
export function atomicFields(type: FieldType, config: object): string[] {
  return atomicsAt(type, config, '');
}

function atomicsAt({ map, list }: FieldType, value: unknown, path: string): string[] {
  if (map && isJsonObject(value)) {
    const within = Object.entries(value).flatMap(([name, inner]) => {
      const field = map.fields.get(name);
      return field ? atomicsAt(field.type, inner, `${path}.${name}`) : [];
    });
    return map.atomic ? [path, ...within] : within;
  }
  if (!list || !Array.isArray(value)) return [];
  const within = value.flatMap((item, i) => atomicsAt(list.element, item, `${path}[${i}]`));
  return list.relation === 'atomic' ? [path, ...within] : within;
}
