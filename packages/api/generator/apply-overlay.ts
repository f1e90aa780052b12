import type { Definition, Field, FieldType } from './model';
import { EMPTY_TYPES } from './overlay/empty-types';
import { GO_TYPES } from './overlay/go-types';
import { OVERLAYS } from './overlay/index';
import type { Overlay } from './overlay/overlay';
import { definitionName, packageOf } from './packages';

/** A definition with the facts of the overlay: types are put right, other facts stand as text. */
export interface CompleteDefinition extends Definition {
  readonly facts: string;
  readonly fields: readonly CompleteField[];
}

export interface CompleteField extends Field {
  readonly facts: string;
}

/**
 * Joins definitions and overlay. Throws for facts about types or fields that no version has, which tells of a rename
 * upstream.
 */
export function applyOverlay(definitions: readonly Definition[]): CompleteDefinition[] {
  const used = new Set<string>();
  const empty = EMPTY_TYPES.map((each): Definition => ({ ...each, name: definitionName(each.module, each.goName), fields: [] }));
  const complete = [...definitions, ...empty]
    .map((definition) => complement(definition, used))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const unused = [...Object.entries(OVERLAYS), ...Object.entries(GO_TYPES)]
    .flatMap(([name, overlay]) => listFacts(name, overlay))
    .filter((fact) => !used.has(fact));
  if (unused.length > 0) throw new Error(`overlay facts about nothing: ${unused.join(', ')}`);
  return complete;
}

function complement(definition: Definition, used: Set<string>): CompleteDefinition {
  const { name: packageName } = packageOf(definition.module);
  const overlay = OVERLAYS[packageName] ?? {};
  const versioned = `${definition.module.slice(packageName.length + 1)}.${definition.goName}`;
  const typeName = versioned in overlay ? versioned : definition.goName;
  const find = (field: string): string => {
    const goType = GO_TYPES[packageName]?.[definition.goName]?.[field];
    const facts = [overlay[typeName]?.[field], goType && `go=${goType}`].filter((each) => each !== undefined).join(' ');
    if (facts !== '') used.add(`${packageName}:${typeName}.${field}`).add(`${packageName}:${definition.goName}.${field}`);
    return facts;
  };
  return { ...definition, facts: find('.'), fields: definition.fields.map((field) => complementField(field, find(field.name))) };
}

function complementField(field: Field, facts: string): CompleteField {
  const [, type] = /(?:^| )type=(\S+)/.exec(facts) ?? [];
  if (type === undefined) return { ...field, facts };
  return { ...field, type: readType(type), facts: facts.replace(/ ?type=\S+/, '') };
}

function readType(text: string): FieldType {
  if (!text.startsWith('@')) throw new Error(`overlay type ${text} is no reference`);
  return { is: 'ref', to: text.slice(1) };
}

function listFacts(packageName: string, overlay: Overlay): string[] {
  return Object.entries(overlay).flatMap(([type, fields]) =>
    Object.keys(fields).map((field) => `${packageName}:${type}.${field}`),
  );
}
