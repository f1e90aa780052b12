import type { Definition } from './model';
import { FIELD_NUMBERS } from './overlay/protobuf';
import { packageOf } from './packages';

/** Both are in the envelope of a message, not in it. */
const TYPE_META = ['apiVersion', 'kind'];
const LIST_FIELDS = 'metadata:1 items:2';

/**
 * The field numbers as compact JSON: by definition name the text that overlay/field-numbers.ts documents. Throws for a field
 * without a number, and for facts about types or fields that no version has.
 */
export function emitProtobuf(definitions: readonly Definition[]): string {
  const used = new Map<string, Set<string>>();
  const lines: string[] = [];
  for (const definition of definitions) {
    const text = numbersOf(definition, used);
    if (text !== undefined) lines.push(`${JSON.stringify(definition.name)}:${JSON.stringify(text)}`);
  }
  checkUsed(used);
  return `{\n${lines.join(',\n')}\n}\n`;
}

function numbersOf(definition: Definition, used: Map<string, Set<string>>): string | undefined {
  const { module, goName, name, fields } = definition;
  const { name: packageName } = packageOf(module);
  const numbers = FIELD_NUMBERS[packageName] ?? {};
  const versioned = `${module.slice(packageName.length + 1)}.${goName}`;
  const typeName = versioned in numbers ? versioned : goName;
  const text = numbers[typeName]?.trim().replaceAll(/\s+/g, ' ');
  if (text === undefined) return isList(definition) ? LIST_FIELDS : undefined;
  const known = new Set(fields.map((field) => field.name));
  const all = namesIn(text);
  const missing = [...known].filter((field) => !TYPE_META.includes(field) && !all.includes(field));
  if (missing.length > 0) throw new Error(`no field numbers for ${missing.join(', ')} of ${name}`);
  const key = `${packageName}:${typeName}`;
  used.set(key, new Set([...(used.get(key) ?? []), ...all.filter((field) => known.has(field))]));
  return text
    .split(' ')
    .filter((part) => part === '' || /^\(|\)/.test(part) || known.has(nameOf(part)))
    .join(' ');
}

function isList({ goName, fields }: Definition): boolean {
  const names = fields.map(({ name }) => name).sort();
  return goName.endsWith('List') && names.join() === 'apiVersion,items,kind,metadata';
}

function namesIn(text: string): string[] {
  return text.split(' ').filter((part) => part !== '').map(nameOf);
}

/** `(hostPath*:1` to `hostPath`. */
function nameOf(part: string): string {
  return part.replace(/^\(*/, '').replace(/[*!]*:.*$/, '');
}

function checkUsed(used: ReadonlyMap<string, ReadonlySet<string>>): void {
  const unused = Object.entries(FIELD_NUMBERS).flatMap(([packageName, types]) =>
    Object.entries(types).flatMap(([type, text]) => {
      const fields = used.get(`${packageName}:${type}`);
      if (!fields) return [`${packageName}:${type}`];
      return namesIn(text.trim().replaceAll(/\s+/g, ' '))
        .filter((field) => !fields.has(field))
        .map((field) => `${packageName}:${type}.${field}`);
    }),
  );
  if (unused.length > 0) throw new Error(`field numbers of nothing: ${unused.join(', ')}`);
}
