/**
 * Compares the OpenAPI v2 document that we build with one of upstream, given by path, and prints how they differ by category.
 * Fails where a category differs that README.md does not explain.
 *
 *     npm run check:reference -w packages/api -- openapi-v2-kubernetes-v1.36.json
 */
import { readFileSync } from 'node:fs';
// oxlint-disable-next-line no-restricted-imports -- this program is built after the package and stands beside it
import { builtInDefinitions, buildOpenAPIv2, type JsonObject, type JsonValue, type MediaTypes } from '@typekube/api';

/** What upstream reads and writes, so that the documents compare. */
const UPSTREAM: MediaTypes = {
  objects: ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', 'application/cbor'],
  watches: ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch', 'application/cbor-seq'],
  patches: [
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
    'application/apply-patch+yaml',
    'application/apply-patch+cbor',
  ],
};

/** Categories that README.md explains. */
const EXPLAINED: readonly string[] = ['description', 'paths that are not about resources', 'media types of group discovery'];

interface Difference {
  readonly category: string;
  readonly where: string;
  readonly ours: JsonValue | undefined;
  readonly theirs: JsonValue | undefined;
}

function main([file]: readonly string[]): number {
  if (file === undefined) {
    process.stderr.write('usage: check-reference OPENAPI-V2-FILE\n');
    return 2;
  }
  const theirs = JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
  const ours = buildOpenAPIv2(builtInDefinitions, { title: 'Kubernetes', version: 'unversioned', mediaTypes: UPSTREAM });
  const differences: Difference[] = [];
  for (const part of ['paths', 'definitions']) {
    compare(normalize(ours[part] ?? {}, ours), normalize(theirs[part] ?? {}, theirs), [part], differences);
  }
  report(differences);
  return differences.every(({ category }) => EXPLAINED.includes(category)) ? 0 : 1;
}

/** Takes parameters in for references to them, sorts what has no order, and passes over how descriptions break lines. */
function normalize(value: JsonValue, document: JsonObject): JsonValue {
  if (Array.isArray(value)) return value.map((each) => normalize(each, document));
  if (!isObject(value)) return typeof value === 'string' ? value.replace(/\s+/g, ' ') : value;
  const name = typeof value.$ref === 'string' ? /^#\/parameters\/(.*)$/.exec(value.$ref)?.[1] : undefined;
  const shared = name !== undefined && isObject(document.parameters) ? document.parameters[name] : undefined;
  if (shared !== undefined) return normalize(shared, document);
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sortSets(key, normalize(value[key] ?? null, document))]));
}

function sortSets(key: string, value: JsonValue): JsonValue {
  if (!Array.isArray(value) || !['required', 'parameters'].includes(key)) return value;
  return [...value].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function sortKey(value: JsonValue): string {
  return isObject(value) ? `${String(value.name)} ${String(value.in)}` : String(value);
}

function compare(ours: JsonValue | undefined, theirs: JsonValue | undefined, path: readonly string[], found: Difference[]): void {
  if (isObject(ours) && isObject(theirs)) {
    for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
      compare(ours[key], theirs[key], [...path, key], found);
  } else if (JSON.stringify(ours) !== JSON.stringify(theirs)) {
    found.push({ category: categoryOf(path, ours, theirs), where: path.slice(1).join(' '), ours, theirs });
  }
}

function categoryOf(path: readonly string[], ours: JsonValue | undefined, theirs: JsonValue | undefined): string {
  const [part, name = ''] = path;
  const last = path.at(-1) ?? '';
  if (part === 'paths' && /^\/(logs|openid|\.well-known|version)\b/.test(name)) return 'paths that are not about resources';
  if (
    part === 'paths' &&
    /^\/apis?\/([^/]+\/)?$/.test(name) &&
    !name.startsWith('/api/v') &&
    ['produces', 'consumes'].includes(last)
  ) {
    return 'media types of group discovery';
  }
  if (path.length === 2) return ours === undefined ? `${part} we lack` : `${part} upstream lacks`;
  if (theirs === undefined || ours === undefined)
    return last === 'description' ? last : `${part}: ${last} ${ours === undefined ? 'we lack' : 'upstream lacks'}`;
  return last === 'description' ? last : `${part}: ${last}`;
}

function report(differences: readonly Difference[]): void {
  const categories = new Map<string, Difference[]>();
  for (const difference of differences) {
    const list = categories.get(difference.category) ?? [];
    list.push(difference);
    categories.set(difference.category, list);
  }
  for (const [category, list] of categories) {
    process.stdout.write(`${category}: ${list.length}${EXPLAINED.includes(category) ? ' (explained)' : ''}\n`);
    for (const { where, ours, theirs } of list.slice(0, 20))
      process.stdout.write(`  ${where}\n    ours   ${brief(ours)}\n    theirs ${brief(theirs)}\n`);
  }
  process.stdout.write(`${differences.length} differences\n`);
}

function brief(value: JsonValue | undefined): string {
  const text = JSON.stringify(value) ?? 'absent';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

process.exitCode = main(process.argv.slice(2));
