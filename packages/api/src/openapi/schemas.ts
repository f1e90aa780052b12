import {
  loadSchemaFile,
  readDescriptionFile,
  readFacts,
  readField,
  type DescriptionFile,
  type Facts,
  type StructEntry,
} from '../schemas/schema-file';
import type { ResourceDefinition, ServedVersion } from '../registry/resource-definition';
import { defaultOf, isSpecOrStatus } from './defaults';
import type { JsonObject } from './json';
import { scalarOf } from './scalars';

/** Which OpenAPI is written: version 2 has neither defaults, nor enums, nor alternatives. */
type Dialect = 2 | 3;

const REF_PREFIX: Readonly<Record<Dialect, string>> = { 2: '#/definitions/', 3: '#/components/schemas/' };

const POSSIBLE_VALUES = /\n*Possible enum values:[^]*$/;

export function reference(name: string, dialect: Dialect): JsonObject {
  return { $ref: REF_PREFIX[dialect] + name };
}

/** Writes definitions with their descriptions; made once for a document, as the descriptions are large. */
export class SchemaWriter {
  private readonly descriptions: DescriptionFile = readDescriptionFile();
  private readonly custom: ReadonlyMap<string, JsonObject>;

  /** @param definitions of the document: custom resources bring schemas of their own. */
  constructor(
    private readonly dialect: Dialect,
    definitions: readonly ResourceDefinition[],
  ) {
    this.custom = customSchemas(definitions, dialect);
  }

  /** The definitions of these names and of all they refer to, sorted by name. Throws for an unknown name. */
  writeAll(names: Iterable<string>): JsonObject {
    const written = new Map<string, JsonObject>();
    const open = [...names];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (written.has(name)) continue;
      written.set(name, this.write(name));
      open.push(...(this.custom.has(name) ? META_OF_CUSTOM : referredBy(name)));
    }
    return Object.fromEntries([...written].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private write(name: string): JsonObject {
    const custom = this.custom.get(name);
    if (custom) return custom;
    const entry = loadSchemaFile()[name];
    if (entry === undefined) throw new Error(`no schema is named ${name}`);
    const [description = '', fields = {}] = this.descriptions[name] ?? [];
    const described: JsonObject = description === '' ? {} : { description };
    return typeof entry === 'string'
      ? { ...described, ...scalarOf(entry, this.dialect) }
      : { ...described, ...this.writeStruct(name, entry, fields) };
  }

  private writeStruct(definition: string, entry: StructEntry, descriptions: Readonly<Record<string, string>>): JsonObject {
    const fields = Object.entries(entry.fields).map(([name, text]) => [name, readField(text)] as const);
    const required = fields.filter(([, facts]) => facts.required).map(([name]) => name);
    const properties = fields.map(([name, facts]) => {
      const always = facts.required || isSpecOrStatus(definition, name);
      return [name, this.writeField({ ...facts, required: always }, descriptions[name] ?? '')] as const;
    });
    return {
      ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
      ...(required.length > 0 ? { required } : {}),
      type: 'object',
      ...writeKinds(entry.kinds),
      ...writeExtensions(readFacts(entry.facts ?? '')),
    };
  }

  private writeField(facts: Facts & { type: string }, description: string): JsonObject {
    const text = this.dialect === 2 ? description.replace(POSSIBLE_VALUES, '') : description;
    const type = this.writeType(facts.type, facts.enum);
    const fallback = this.dialect === 2 ? undefined : defaultOf(facts);
    const bare = '$ref' in type && this.dialect === 3 && (text !== '' || fallback !== undefined) ? { allOf: [type] } : type;
    return {
      ...(text === '' ? {} : { description: text }),
      ...bare,
      ...(fallback === undefined ? {} : { default: fallback }),
      ...writeExtensions(facts),
    };
  }

  private writeType(type: string, values: readonly string[] | undefined): JsonObject {
    if (type.startsWith('@')) return reference(type.slice(1), this.dialect);
    if (type.startsWith('[]')) return { type: 'array', items: this.writeElement(type.slice(2), values) };
    if (type.startsWith('{}')) return { type: 'object', additionalProperties: this.writeElement(type.slice(2), values) };
    return { ...scalarOf(type, this.dialect), ...(values === undefined || this.dialect === 2 ? {} : { enum: [...values] }) };
  }

  private writeElement(type: string, values: readonly string[] | undefined): JsonObject {
    const element = this.writeType(type, values);
    const fallback = this.dialect === 2 ? undefined : defaultOf({ type, required: true });
    if (fallback === undefined) return element;
    return '$ref' in element ? { allOf: [element], default: fallback } : { ...element, default: fallback };
  }
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** What objects and lists of custom resources refer to beside each other. */
const META_OF_CUSTOM: readonly string[] = [`${META}.ObjectMeta`, `${META}.ListMeta`];

function customSchemas(definitions: readonly ResourceDefinition[], dialect: Dialect): Map<string, JsonObject> {
  const versions = definitions.flatMap((definition) => definition.versions.map((version) => ({ definition, version })));
  return new Map(
    versions.flatMap(({ definition, version }): [string, JsonObject][] => {
      if (!version.custom) return [];
      const { object, list } = version.custom.openAPI.write(dialect);
      return [[version.schema, object], [listSchema(definition, version), list]];
    }),
  );
}

/** The name of the schema of a version's lists. */
export function listSchema({ listKind }: ResourceDefinition, { schema }: ServedVersion): string {
  return `${schema.slice(0, schema.lastIndexOf('.'))}.${listKind}`;
}

function referredBy(name: string): string[] {
  const entry = loadSchemaFile()[name];
  if (entry === undefined || typeof entry === 'string') return [];
  return Object.values(entry.fields).flatMap((text) => {
    const [, referred] = /^(?:\[\]|\{\})*@(\S+)/.exec(text) ?? [];
    return referred === undefined ? [] : [referred];
  });
}

function writeKinds(kinds: readonly string[] = []): JsonObject {
  if (kinds.length === 0) return {};
  return {
    'x-kubernetes-group-version-kind': kinds.map((each) => {
      const [group = '', version = '', kind = ''] = each.split('/');
      return { group, kind, version };
    }),
  };
}

function writeExtensions({ list, map, patch, union }: Facts): JsonObject {
  return {
    ...(list === undefined || list.keys.length === 0 ? {} : { 'x-kubernetes-list-map-keys': [...list.keys] }),
    ...(list === undefined ? {} : { 'x-kubernetes-list-type': list.type }),
    ...(map === undefined ? {} : { 'x-kubernetes-map-type': map }),
    ...(patch?.mergeKey === undefined ? {} : { 'x-kubernetes-patch-merge-key': patch.mergeKey }),
    ...(patch === undefined ? {} : { 'x-kubernetes-patch-strategy': patch.strategies.join(',') }),
    ...(union === undefined ? {} : { 'x-kubernetes-unions': [writeUnion(union)] }),
  };
}

/** Upstream discriminates by the Go names of the fields. */
function writeUnion({ discriminator, fields }: NonNullable<Facts['union']>): JsonObject {
  return {
    ...(discriminator === '' ? {} : { discriminator }),
    'fields-to-discriminateBy': Object.fromEntries(
      fields.map((field) => [field, field.charAt(0).toUpperCase() + field.slice(1)]),
    ),
  };
}
