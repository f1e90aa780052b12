/// <reference types="jest" />
import { parse } from 'yaml';
import { kindCases, type KindCase, roundsOf, type StoredKind } from './kinds';
import { type KubeJson, Kubectl, type KubectlVersion, manifest } from './kubectl';
import type { ProgramResult } from './process';
import { Scope } from './scope';
import type { ServerProcess } from './server';

/**
 * Drives every kind by a kubectl of one version: those that are served by default on one server, the others on one that serves
 * all.
 */
export function describeKinds(version: KubectlVersion): void {
  const scope = new Scope();
  describeServer(version, scope, { title: 'by default', args: [], isServed: ({ byDefault }) => byDefault });
  describeServer(version, scope, {
    title: 'with --runtime-config',
    args: ['--runtime-config=api/all=true'],
    isServed: ({ byDefault }) => !byDefault,
  });
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

    it('knows all of them', async () => {
      const kinds = (await kubectl.ok(['api-resources', '--no-headers']))
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/ +/).at(-1));
      expect(kinds).toEqual(expect.arrayContaining(cases.map(({ definition }) => definition.kind)));
      expect(cases.filter(({ sample, definition }) => !sample && definition.verbs.includes('create'))).toEqual([]);
    });

    for (const round of roundsOf(cases)) describeRound(version, round, () => kubectl);
    const fleeting = cases.filter(({ definition, sample }) => definition.storagePrefix === undefined && sample);
    if (fleeting.length) it.each(fleeting)('$title', (kind) => tryFleeting(kubectl, kind));
  });
}

const FORMATS = {
  table: [],
  wide: ['-o', 'wide'],
  yaml: ['-o', 'yaml'],
  json: ['-o', 'json'],
  name: ['-o', 'name'],
  jsonpath: ['-o', 'jsonpath={range .items[*]}{.kind} {.metadata.name} {.metadata.uid}{"\\n"}{end}'],
  columns: ['-o', 'custom-columns=KIND:.kind,NAME:.metadata.name'],
  template: ['-o', 'go-template={{range .items}}{{.kind}}/{{.metadata.name}}/{{.metadata.resourceVersion}}{{"\\n"}}{{end}}'],
};

type Step = 'create' | keyof typeof FORMATS | 'describe' | 'label' | 'replace' | 'delete';
type Outcomes = Partial<Record<Step, ProgramResult>>;

/**
 * kubectl is given all objects at once, as a process for each would take minutes; then each kind's part of what it printed is
 * looked at.
 */
function describeRound(version: KubectlVersion, round: readonly StoredKind[], kubectl: () => Kubectl): void {
  describe(`${round.length} kinds at once`, () => {
    let outcomes: Outcomes;
    beforeAll(async () => {
      outcomes = await runSteps(kubectl(), round);
    });
    it.each(round)('$title', (kind) => {
      const printed = (step: Step): string => textOf(outcomes, step, kind);
      const { definition, name } = kind;
      expect(printed('create')).toMatch(line(`${kind.printed}/${name} created`));
      expect(printed('table')).toMatch(rowOf(kind, false));
      expect(printed('wide')).toMatch(rowOf(kind, true));
      expect(printed('name')).toMatch(line(`${kind.printed}/${name}`));
      expect(printed('jsonpath')).toMatch(new RegExp(`^${definition.kind} ${escape(name)} [0-9a-f-]{36}$`, 'm'));
      expect(printed('columns')).toMatch(new RegExp(`^${definition.kind} +${escape(name)}$`, 'm'));
      expect(printed('template')).toMatch(new RegExp(`^${definition.kind}/${escape(name)}/\\d+$`, 'm'));
      const object = itemOf(JSON.parse(printed('json')), kind);
      expect(object).toMatchObject({ apiVersion: kind.sample.apiVersion });
      expect(itemOf(parse(printed('yaml')), kind)).toEqual(object);
      if (isDescribed(version, kind)) expect(printed('describe')).toMatch(new RegExp(`^Name: +${escape(name)}$`, 'm'));
      expect(printed('label')).toMatch(line(`${kind.printed}/${name} labeled`));
      expect(printed('replace')).toMatch(line(`${kind.printed}/${name} replaced`));
      expect(printed('delete')).toMatch(new RegExp(`^${escape(kind.printed)} "${escape(name)}" deleted`, 'm'));
    });
  });
}

async function runSteps(kubectl: Kubectl, round: readonly StoredKind[]): Promise<Outcomes> {
  const stdin = manifest(round.map(({ sample }) => inNamespaceOf(kubectl, sample)));
  const run = (...args: readonly string[]): Promise<ProgramResult> =>
    kubectl.run([...args, '-f', '-'], { stdin, timeoutMs: 60_000 });
  const outcomes: Outcomes = { create: await run('create') };
  const formats = Object.entries(FORMATS).map(async ([format, args]) => [format, await run('get', ...args)] as const);
  Object.assign(outcomes, Object.fromEntries(await Promise.all(formats)));
  outcomes.describe = await run('describe');
  outcomes.label = await run('label', 'touched=yes');
  const { stdout: changed } = await run('get', '-o', 'json');
  outcomes.replace = await kubectl.run(['replace', '-f', '-'], { stdin: changed, timeoutMs: 60_000 });
  // No controller empties a deleted namespace here, so nothing can be waited for.
  outcomes.delete = await run('delete', '--wait=false');
  return outcomes;
}

/** What a step printed; with its errors, where it does not name the object, so that a failing test shows why. */
function textOf(outcomes: Outcomes, step: Step, { name }: StoredKind): string {
  const { stdout = '', stderr = '' } = outcomes[step] ?? {};
  return stdout.includes(name) || step === 'json' ? stdout : stdout + stderr;
}

/** kubectl 1.27 describes IP addresses and service CIDRs by the alpha API of its time, which is no more. */
function isDescribed(version: KubectlVersion, { definition }: StoredKind): boolean {
  return version !== '1.27' || !['IPAddress', 'ServiceCIDR'].includes(definition.kind);
}

function itemOf(list: KubeJson, { definition, name }: StoredKind): KubeJson | undefined {
  return list.items?.find(({ kind, metadata }) => kind === definition.kind && metadata.name === name);
}

/** The columns of the kind, and under them the object. Events have no column for their name. */
function rowOf({ definition, name }: StoredKind, isWide: boolean): RegExp {
  const columns = definition.table.columns.filter(({ priority }) => isWide || priority === 0);
  const row = definition.kind === 'Event' ? 'Sampled' : name;
  return new RegExp(`^${columns.map((column) => escape(column.name.toUpperCase())).join(' +')} *\n.*${escape(row)}`, 'm');
}

/** Nothing keeps these: the answer to creating one is all there is. */
async function tryFleeting(kubectl: Kubectl, { definition, sample }: KindCase): Promise<void> {
  const isBinding = definition.kind === 'Binding';
  if (isBinding) {
    const spec = { containers: [{ name: 'main', image: 'nginx' }] };
    await kubectl.send('create', { apiVersion: 'v1', kind: 'Pod', metadata: { name: sample?.metadata.name }, spec });
  }
  const answer: KubeJson = JSON.parse(await kubectl.send('create', inNamespaceOf(kubectl, sample), ['-o', 'json']));
  expect(answer.kind).toBe(isBinding ? 'Status' : definition.kind);
}

/** References of the samples name the namespace default. */
function inNamespaceOf({ namespace }: Kubectl, sample: KindCase['sample']): unknown {
  return JSON.parse(manifest(sample).replaceAll('"namespace":"default"', `"namespace":"${namespace}"`));
}

function line(text: string): RegExp {
  return new RegExp(`^${escape(text)}$`, 'm');
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
