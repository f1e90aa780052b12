/// <reference types="jest" />
import { kindCases, type KindCase } from './kinds';
import { Kubectl, type KubectlVersion, manifest } from './kubectl';
import { Scope } from './scope';
import type { ServerProcess } from './server';

/** Drives every kind by a kubectl of one version: those that are served by default on one server, the others on one that serves all. */
export function describeKinds(version: KubectlVersion): void {
  const scope = new Scope();
  describeServer(version, scope, { title: 'by default', args: [], isServed: ({ byDefault }) => byDefault });
  describeServer(version, scope, { title: 'with --runtime-config', args: ['--runtime-config=api/all=true'], isServed: ({ byDefault }) => !byDefault });
}

interface ServerCase {
  readonly title: string;
  readonly args: readonly string[];
  isServed(kind: KindCase): boolean;
}

function describeServer(version: KubectlVersion, scope: Scope, { title, args, isServed }: ServerCase): void {
  describe(`kubectl ${version} on every kind served ${title}`, () => {
    let kubectl: Kubectl;
    beforeAll(async () => {
      const server: ServerProcess = await scope.server({ args });
      kubectl = new Kubectl(version, server, await scope.namespace(server));
    });
    const cases = kindCases.filter(isServed);
    const stored = cases.filter(({ definition }) => definition.storagePrefix !== undefined);
    const fleeting = cases.filter(({ definition, sample }) => definition.storagePrefix === undefined && sample);

    it('knows all of them', async () => {
      const kinds = (await kubectl.ok(['api-resources', '--no-headers'])).trim().split('\n').map((line) => line.trim().split(/ +/).at(-1));
      expect(kinds).toEqual(expect.arrayContaining(cases.map(({ definition }) => definition.kind)));
      expect(cases.filter(({ sample, definition }) => !sample && definition.verbs.includes('create'))).toEqual([]);
    });

    it.each(stored)('$title', (kind) => tryStored(kubectl, kind));
    if (fleeting.length) it.each(fleeting)('$title', (kind) => tryFleeting(kubectl, kind));
  });
}

/** Creates, reads in all formats, writes again, describes and deletes. */
async function tryStored(kubectl: Kubectl, kind: KindCase): Promise<void> {
  const { resource, printed, name, sample } = kind;
  expect(await kubectl.send('create', inNamespaceOf(kubectl, sample))).toBe(`${printed} created\n`);
  await Promise.all(formatsOf(kind).map(([format, expected]) => expectFormat(kubectl, kind, format, expected)));
  expect(await kubectl.ok(['describe', resource, name])).toMatch(new RegExp(`^Name: +${escape(name)}$`, 'm'));
  expect(await kubectl.ok(['label', resource, name, 'touched=yes'])).toBe(`${printed} labeled\n`);
  const read = await kubectl.ok(['get', resource, name, '-o', 'json']);
  expect(await kubectl.send('replace', read)).toBe(`${printed} replaced\n`);
  const deleted = await kubectl.ok(['delete', resource, name, ...(printed.startsWith('namespace/') ? ['--wait=false'] : [])]);
  expect(deleted).toMatch(new RegExp(`^${escape(printed.split('/', 1)[0] ?? '')} "${escape(name)}" deleted`));
}

/** Nothing keeps these: the answer to creating one is all there is. */
async function tryFleeting(kubectl: Kubectl, { title, definition, sample }: KindCase): Promise<void> {
  if (definition.kind === 'Binding') {
    const spec = { containers: [{ name: 'main', image: 'nginx' }] };
    await kubectl.send('create', { apiVersion: 'v1', kind: 'Pod', metadata: { name: sample?.metadata.name }, spec });
  }
  const answer = await kubectl.send('create', inNamespaceOf(kubectl, sample), ['-o', 'json']);
  expect(JSON.parse(answer)).toMatchObject(definition.kind === 'Binding' ? {} : { kind: definition.kind });
  expect(title).toContain(definition.kind);
}

/** What `kubectl get RESOURCE NAME -o FORMAT` must print. */
function formatsOf({ printed, name, definition, sample }: KindCase): [string, RegExp][] {
  const headers = (all: boolean): RegExp => {
    const columns = definition.table.columns.filter(({ priority }) => all || priority === 0);
    return new RegExp(`^${columns.map((column) => escape(column.name.toUpperCase())).join(' +')} *\n.*${escape(name)}`);
  };
  const field = (key: string, value: string): RegExp => new RegExp(`^ *"?${key}"?: "?${escape(value)}"?,?$`, 'm');
  return [
    ['', headers(false)],
    ['wide', headers(true)],
    ['yaml', field('apiVersion', sample?.apiVersion ?? '')],
    ['json', field('kind', definition.kind)],
    ['name', new RegExp(`^${escape(printed)}\n$`)],
    ['jsonpath={.metadata.name} {.metadata.uid}', new RegExp(`^${escape(name)} [0-9a-f-]{36}$`)],
    ['custom-columns=NAME:.metadata.name,KIND:.kind', new RegExp(`^NAME +KIND *\n${escape(name)} +${definition.kind}\n$`)],
    ['go-template={{.metadata.name}}/{{.metadata.resourceVersion}}', new RegExp(`^${escape(name)}/\\d+$`)],
  ];
}

async function expectFormat(kubectl: Kubectl, { resource, name }: KindCase, format: string, expected: RegExp): Promise<void> {
  expect(await kubectl.ok(['get', resource, name, ...(format ? ['-o', format] : [])])).toMatch(expected);
}

/** References of the samples name the namespace default. */
function inNamespaceOf({ namespace }: Kubectl, sample: KindCase['sample']): unknown {
  return JSON.parse(manifest(sample).replaceAll('"namespace":"default"', `"namespace":"${namespace}"`));
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
