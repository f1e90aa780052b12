import type { JsonValue } from '../openapi/json';
import { readGeneratedFile } from './generated-file';

/**
 * The generated schemas as the file holds them, by upstream's definition names (`io.k8s.api.core.v1.Pod`): for a scalar its type
 * text, for a struct its fields. Types are written
 *
 *     @NAME                             a definition
 *     []TYPE   {}TYPE                   a list, a map with free keys
 *     string string:byte integer:int32 number:double boolean int-or-string any raw
 *
 * and a field's facts follow its type, parted by blanks: `required`, `list=map(name)`, `patch=merge(name)`, `map=atomic`,
 * `enum=A|B` (blanks as %20), `default=JSON`, `go=v1.TYPE` (of a string, or of the elements of a list). The same facts about a struct stand in its `facts`.
 */
type SchemaFile = Readonly<Record<string, string | StructEntry>>;

export interface StructEntry {
  /** Each `group/version/Kind`. */
  readonly kinds?: readonly string[];
  readonly facts?: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The description of a definition, and those of its fields. */
export type DescriptionFile = Readonly<Record<string, readonly [description: string, fields: Readonly<Record<string, string>>]>>;

/** The facts of one field or struct. */
export interface Facts {
  readonly required: boolean;
  readonly list?: { readonly type: 'atomic' | 'set' | 'map'; readonly keys: readonly string[] };
  readonly map?: 'atomic' | 'granular';
  readonly patch?: { readonly strategies: ReadonlyArray<'merge' | 'replace' | 'retainKeys'>; readonly mergeKey?: string };
  readonly enum?: readonly string[];
  readonly default?: JsonValue;
  readonly go?: string;
  readonly union?: { readonly discriminator: string; readonly fields: readonly string[] };
}

let schemaFile: SchemaFile | undefined;

/** The parsed file of schemas, read at the first call. */
export function loadSchemaFile(): SchemaFile {
  schemaFile ??= readGeneratedFile<SchemaFile>('schemas.json');
  return schemaFile;
}

/** The parsed file of descriptions: 1 MB, for the OpenAPI documents only, so it is read anew and not kept. */
export function readDescriptionFile(): DescriptionFile {
  return readGeneratedFile<DescriptionFile>('descriptions.json');
}

/** Reads the text of a field: its type, and its facts. */
export function readField(text: string): Facts & { readonly type: string } {
  const end = text.indexOf(' ');
  return end < 0 ? { type: text, required: false } : { type: text.slice(0, end), ...readFacts(text.slice(end + 1)) };
}

/** Reads facts parted by blanks. */
export function readFacts(text: string): Facts {
  let read: Facts = { required: false };
  for (const fact of text === '' ? [] : text.split(' ')) {
    const at = fact.indexOf('=');
    const [name, value] = at < 0 ? [fact, ''] : [fact.slice(0, at), fact.slice(at + 1)];
    read = { ...read, ...readFact(name, value) };
  }
  return read;
}

function readFact(name: string, value: string): Partial<Facts> {
  switch (name) {
    case 'required':
      return { required: true };
    case 'list':
      return { list: readList(value) };
    case 'map':
      return { map: value === 'atomic' ? 'atomic' : 'granular' };
    case 'patch':
      return { patch: readPatch(value) };
    case 'enum':
      return { enum: value.split('|').map(decodeURIComponent) };
    case 'default':
      return { default: JSON.parse(value) as JsonValue };
    case 'go':
      return { go: value };
    case 'union':
      return { union: { discriminator: value.slice(0, value.indexOf('(')), fields: readArguments(value) } };
    default:
      throw new Error(`unknown fact ${name} in the generated schemas`);
  }
}

function readList(value: string): Facts['list'] {
  return value.startsWith('map(')
    ? { type: 'map', keys: readArguments(value) }
    : { type: value === 'set' ? 'set' : 'atomic', keys: [] };
}

function readPatch(value: string): Facts['patch'] {
  const [mergeKey] = readArguments(value);
  const strategies = (value.split('(')[0] ?? '')
    .split(',')
    .filter((each) => each === 'merge' || each === 'replace' || each === 'retainKeys');
  return mergeKey === undefined ? { strategies } : { strategies, mergeKey };
}

function readArguments(value: string): string[] {
  const [, list = ''] = /\((.*)\)$/.exec(value) ?? [];
  return list === '' ? [] : list.split(',');
}
