import { type Document, parseDocument, stringify } from 'yaml';

/** Aliases a body may use: enough for people, too few for a bomb. */
const MAX_ALIASES = 100;

/** Parses one YAML document as kubectl does: YAML 1.1 scalars, but dates stay text. Fails with an Error for broken text. */
export function parseYaml(text: string): { value: unknown; duplicates: string[] } {
  const document = parseDocument(text, { version: '1.1', customTags: withoutExotic, uniqueKeys: false, merge: true });
  const [error] = document.errors;
  if (error) throw new Error(`yaml: ${error.message.split('\n', 1)[0] ?? ''}`);
  return { value: document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown, duplicates: duplicateKeys(document) };
}

export function formatYaml(value: unknown): string {
  return stringify(value, { version: '1.1', aliasDuplicateObjects: false, lineWidth: 0 });
}

const EXOTIC: ReadonlySet<string> = new Set([
  'tag:yaml.org,2002:timestamp',
  'tag:yaml.org,2002:binary',
  'tag:yaml.org,2002:omap',
  'tag:yaml.org,2002:pairs',
  'tag:yaml.org,2002:set',
]);

/** Drops the types that JSON has not; numbers in base 60 (`1:30`) stay text too. */
function withoutExotic<T>(tags: T[]): T[] {
  return tags.filter((tag) => typeof tag !== 'object' || tag === null || !isExotic(tag as { tag?: string; format?: string }));
}

function isExotic({ tag, format }: { tag?: string; format?: string }): boolean {
  return (tag !== undefined && EXOTIC.has(tag)) || format === 'TIME';
}

function duplicateKeys(document: Document): string[] {
  const found: string[] = [];
  collect(document.contents, '', found);
  return found;
}

interface YamlNode {
  readonly items?: readonly { readonly key?: { readonly value?: unknown }; readonly value?: YamlNode; readonly items?: never }[];
}

function collect(node: unknown, path: string, found: string[]): void {
  const { items } = (node ?? {}) as YamlNode;
  if (!items) return;
  const seen = new Set<string>();
  items.forEach((item, position) => {
    if (!item || !('key' in item)) return collect(item, `${path}[${position}]`, found);
    const key = String(item.key?.value);
    const here = path ? `${path}.${key}` : key;
    if (seen.has(key)) found.push(here);
    seen.add(key);
    collect(item.value, here, found);
  });
}
