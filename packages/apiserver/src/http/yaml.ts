import type { Document, LineCounter } from 'yaml';

/** The library, loaded when it is first needed: it would cost a sixth of the server's start. */
function library(): typeof import('yaml') {
  return require('yaml') as typeof import('yaml');
}

/** Aliases a body may use: enough for people, too few for a bomb. */
const MAX_ALIASES = 100;

/**
 * Parses one YAML document as kubectl does: YAML 1.1 scalars, but dates stay text. `strictError` tells of keys that stand twice, in the words
 * of upstream's parser. Fails with an Error for broken text.
 */
export function parseYaml(text: string): { value: unknown; strictError: string | undefined } {
  const { LineCounter: Lines, parseDocument } = library();
  const lines = new Lines();
  const options = { version: '1.1', logLevel: 'error', customTags: withoutExotic, uniqueKeys: false, merge: true, lineCounter: lines } as const;
  const document = parseDocument(text, options);
  // Only the first document counts, as to upstream's parser.
  const error = document.errors.find(({ code }) => code !== 'MULTIPLE_DOCS');
  if (error) throw new Error(`yaml: ${error.message.split('\n', 1)[0] ?? ''}`);
  const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
  const duplicates = duplicateKeys(document, lines);
  return { value, strictError: duplicates.length ? `yaml: unmarshal errors:\n  ${duplicates.join('\n  ')}` : undefined };
}

/** As upstream's: keys in order, lists not indented. */
export function formatYaml(value: unknown): string {
  return library().stringify(value, { version: '1.1', aliasDuplicateObjects: false, lineWidth: 0, sortMapEntries: true, indentSeq: false });
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

function duplicateKeys(document: Document, lines: LineCounter): string[] {
  const { isScalar, visit } = library();
  const found: string[] = [];
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const line = lines.linePos(key.range?.[0] ?? 0).line;
        if (seen.has(key.value)) found.push(`line ${line}: key ${JSON.stringify(key.value)} already set in map`);
        seen.add(key.value);
      }
    },
  });
  return found;
}
