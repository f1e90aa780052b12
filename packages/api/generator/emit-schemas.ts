import type { CompleteDefinition, CompleteField } from './apply-overlay';
import { isKind } from './emit-types';
import type { FieldType } from './model';
import { GROUP_VERSIONS, KINDS_OF_EVERY_GROUP, KINDS_WITHOUT_METADATA } from './overlay/group-versions';
import { packageOf } from './packages';
import { WELL_KNOWN } from './well-known';

/**
 * The schemas as compact JSON, whose grammar src/schemas/schema-file.ts documents: by definition name either the text of a
 * scalar type or an object of field texts; and apart from them which kinds a definition is.
 */
export function emitSchemas(definitions: readonly CompleteDefinition[]): string {
  const schemas: Record<string, unknown> = Object.fromEntries(WELL_KNOWN.map(({ name, schema }) => [name, schema]));
  for (const definition of definitions) schemas[definition.name] = emitDefinition(definition);
  return emitSorted(schemas);
}

function emitDefinition(definition: CompleteDefinition): object {
  const kinds = kindsOf(definition);
  return {
    ...(kinds.length > 0 ? { kinds } : {}),
    ...(definition.facts === '' ? {} : { facts: definition.facts }),
    fields: Object.fromEntries(definition.fields.map((field) => [field.name, emitField(field)])),
  };
}

function emitField(field: CompleteField): string {
  const enumFact =
    field.enumValues.length === 0 ? '' : `enum=${field.enumValues.map((value) => value.replaceAll(' ', '%20')).join('|')}`;
  return [emitType(field.type), field.required ? 'required' : '', field.facts, enumFact].filter((part) => part !== '').join(' ');
}

function emitType(type: FieldType): string {
  switch (type.is) {
    case 'ref':
      return `@${type.to}`;
    case 'list':
      return `[]${emitType(type.of)}`;
    case 'map':
      return `{}${emitType(type.of)}`;
    case 'scalar':
      return type.format === '' ? type.type : `${type.type}:${type.format}`;
  }
}

/** Each as `group/version/kind`, sorted by group and version. */
function kindsOf(definition: CompleteDefinition): string[] {
  const { module, goName } = definition;
  if (module !== 'meta/v1') return isKind(definition) ? [`${packageOf(module).group}/${module.split('/')[1]}/${goName}`] : [];
  if (KINDS_OF_EVERY_GROUP.includes(goName)) return GROUP_VERSIONS.map(([group, version]) => `${group}/${version}/${goName}`);
  return isKind(definition) || KINDS_WITHOUT_METADATA.includes(goName) ? [`/v1/${goName}`] : [];
}

/** The descriptions apart, since only the OpenAPI documents need them: by definition name its own and those of its fields. */
export function emitDescriptions(definitions: readonly CompleteDefinition[]): string {
  const texts: Record<string, [string, Record<string, string>]> = {};
  for (const { name, description } of WELL_KNOWN) texts[name] = [description, {}];
  for (const { name, description, fields } of definitions) {
    texts[name] = [description, Object.fromEntries(fields.map((field) => [field.name, field.description]))];
  }
  return emitSorted(texts);
}

/** JSON with sorted keys, one line each. */
function emitSorted(entries: Readonly<Record<string, unknown>>): string {
  const lines = Object.keys(entries)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(entries[key])}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}
