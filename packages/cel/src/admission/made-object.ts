import { EntriesMap, MapValue } from '../values/map-value';
import { typeName } from '../values/type-name';
import { isList, type Value } from '../values/value';

/** An object that an expression has made. */
export class MadeObject extends MapValue {
  constructor(private readonly name: string, private readonly fields: ReadonlyMap<string, Value>) {
    super();
  }

  override get typeName(): string {
    return this.name;
  }

  get size(): number {
    return this.fields.size;
  }

  get(key: Value): Value | undefined {
    return typeof key === 'string' ? this.fields.get(key) : undefined;
  }

  keys(): Iterable<Value> {
    return this.fields.keys();
  }

  entries(): Iterable<readonly [string, Value]> {
    return this.fields;
  }
}

/**
 * What is wrong with the types of the objects within one that an expression has made: each must be named after where it stands, as `Object.spec.template`
 * in the field `template` of the field `spec`. Lists and maps between them have no names.
 */
export function misnamedTypes(value: Value): string[] {
  return problemsAt(value, value instanceof MapValue ? (value.typeName ?? '') : '');
}

function problemsAt(value: Value, path: string): string[] {
  if (value instanceof MadeObject) {
    const { typeName: name } = value;
    const own = name === path ? [] : [`unexpected type name "${name}", expected "${path}", which matches field name path from root Object type`];
    return [...own, ...Array.from(value.entries()).flatMap(([field, inner]) => problemsAt(inner, `${path}.${field}`))];
  }
  if (value instanceof EntriesMap) return Array.from(value.keys()).flatMap((key) => [...keyProblems(key), ...problemsAt(value.get(key) ?? null, path)]);
  return isList(value) ? value.flatMap((item) => problemsAt(item, path)) : [];
}

function keyProblems(key: Value): string[] {
  return typeof key === 'string' ? [] : [`a map key is of type ${typeName(key)}, not string`];
}
