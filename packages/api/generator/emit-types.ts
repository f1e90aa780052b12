import { leafOf, type Definition, type Field, type FieldType } from './model';
import { apiVersionOf } from './packages';
import { WELL_KNOWN } from './well-known';

/** The meta/v1 types that @typekube/apimachinery has by hand. */
const BY_HAND = [
  'Condition',
  'LabelSelector',
  'LabelSelectorRequirement',
  'ListMeta',
  'ManagedFieldsEntry',
  'ObjectMeta',
  'OwnerReference',
  'Status',
  'StatusCause',
  'StatusDetails',
];

const META = 'meta/v1';
const HEADER = '// Generated from @kubernetes/client-node and kubernetes-models by packages/api/generator; do not edit.\n';

/** One TypeScript file a module, by module name; file text ends with a newline. */
export function emitTypes(definitions: readonly Definition[]): Map<string, string> {
  const byName = new Map(definitions.map((each) => [each.name, each]));
  const modules = new Map<string, Definition[]>();
  for (const each of definitions) {
    const list = modules.get(each.module) ?? [];
    list.push(each);
    modules.set(each.module, list);
  }
  return new Map([...modules].map(([module, list]) => [module, emitModule(module, list, byName)]));
}

function emitModule(module: string, definitions: readonly Definition[], byName: ReadonlyMap<string, Definition>): string {
  const imports = new Set<string>();
  const refer = (name: string): string => {
    const target = byName.get(name);
    if (target === undefined) return wellKnownType(name);
    if (target.module === module) return target.goName;
    imports.add(target.module);
    return `${importName(target.module)}.${target.goName}`;
  };
  const emitted = definitions.filter(({ goName }) => module !== META || !BY_HAND.includes(goName));
  const body = emitted.map((each) => emitInterface(each, refer)).join('\n');
  const head = [...imports]
    .sort()
    .map((each) => `import type * as ${importName(each)} from '../${each}';\n`)
    .join('');
  const byHand =
    module === META
      ? `import type { ${BY_HAND.join(', ')} } from '@typekube/apimachinery';\n\nexport type { ${BY_HAND.join(', ')} };\n`
      : '';
  return `${HEADER}${head}${byHand}\n${body}`;
}

/** True for a kind: it has TypeMeta and object or list metadata. */
export function isKind(definition: Definition): boolean {
  const metadata = definition.fields.find(({ name }) => name === 'metadata');
  const leaf = metadata === undefined ? undefined : leafOf(metadata.type);
  return leaf?.is === 'ref' && /\.meta\.v1\.(Object|List)Meta$/.test(leaf.to) && hasTypeMeta(definition);
}

function hasTypeMeta({ fields }: Definition): boolean {
  return ['apiVersion', 'kind'].every((name) => fields.some((field) => field.name === name && !field.required));
}

function emitInterface(definition: Definition, refer: (name: string) => string): string {
  const kind = isKind(definition);
  const literals: Readonly<Record<string, string>> = kind
    ? { apiVersion: `'${apiVersionOf(definition.module)}'`, kind: `'${definition.goName}'` }
    : {};
  const fields = definition.fields.map((field) => {
    const required = field.required || (kind && ['apiVersion', 'kind', 'metadata'].includes(field.name));
    const doc = literals[field.name] === undefined ? emitDoc(field) : '';
    return `${doc}  ${propertyName(field.name)}${required ? '' : '?'}: ${literals[field.name] ?? emitType(field.type, refer)};\n`;
  });
  const doc = definition.description === '' ? '' : `/** ${firstSentence(definition.description)} */\n`;
  if (definition.fields.length === 0) return `${doc}export type ${definition.goName} = Record<string, never>;\n`;
  return `${doc}export interface ${definition.goName} {\n${fields.join('')}}\n`;
}

function emitDoc({ description }: Field): string {
  return description === '' ? '' : `  /** ${firstSentence(description)} */\n`;
}

/** Doc comments hold the first sentence: the whole text is in the OpenAPI document. */
function firstSentence(description: string): string {
  const [text = ''] = description.split('\n\nPossible enum values:');
  const [, sentence = text] = /^([^]*?(?<!\b(?:e\.g|i\.e|etc|vs))\.)(?:\s|$)/.exec(text) ?? [];
  return sentence.replace(/\s+/g, ' ').replaceAll('*/', '*\\/').trim();
}

function emitType(type: FieldType, refer: (name: string) => string): string {
  switch (type.is) {
    case 'ref':
      return refer(type.to);
    case 'list':
      return `Array<${emitType(type.of, refer)}>`;
    case 'map':
      return `Record<string, ${emitType(type.of, refer)}>`;
    case 'scalar':
      return { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', any: 'unknown' }[type.type];
  }
}

function wellKnownType(name: string): string {
  const found = WELL_KNOWN.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no definition of ${name}`);
  return found.typescript;
}

/** `core/v1` to `corev1`. */
function importName(module: string): string {
  return module === META ? 'metav1' : module.replace('/', '');
}

function propertyName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`;
}
