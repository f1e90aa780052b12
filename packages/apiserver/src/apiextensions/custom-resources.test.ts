import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedStore } from '@typekube/storage';
import { type Answer, TestServer } from '../testing';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const WIDGETS = '/apis/example.com/v1/namespaces/default/widgets';
const WIDGETS_BETA = '/apis/example.com/v1beta1/namespaces/default/widgets';

const SCHEMA = {
  type: 'object',
  description: 'A widget is a thing.',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      description: 'What is wanted.',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 10, description: 'How large it is.' },
        color: { type: 'string', enum: ['red', 'green'], default: 'red' },
        code: { type: 'string', pattern: '^[a-z]+$', maxLength: 5 },
        port: { 'x-kubernetes-int-or-string': true },
        note: { type: 'string', nullable: true },
        replicas: { type: 'integer' },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        parts: {
          type: 'array', maxItems: 3, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'],
          items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, weight: { type: 'integer', default: 1 } } },
        },
        tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
      },
    },
    status: { type: 'object', properties: { replicas: { type: 'integer' }, selector: { type: 'string' }, phase: { type: 'string' } } },
  },
};

const SUBRESOURCES = {
  status: {},
  scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' },
};

function definition(changes: object = {}): Record<string, unknown> & { spec: Record<string, unknown> } {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget', listKind: 'WidgetCollection', shortNames: ['wd'], categories: ['all'] },
      versions: [
        {
          name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: SCHEMA }, subresources: SUBRESOURCES,
          selectableFields: [{ jsonPath: '.spec.color' }],
          additionalPrinterColumns: [
            { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
            { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
          ],
        },
        {
          name: 'v1beta1', served: true, storage: false, deprecated: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } } },
        },
      ],
      ...changes,
    },
  };
}

function widget(spec: object, name = 'one'): object {
  return { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name }, spec };
}

async function conditions(server: TestServer, name = 'widgets.example.com'): Promise<Record<string, string>> {
  const { body } = await server.request('GET', `${CRDS}/${name}`);
  const status = body.status as { conditions?: { type: string; status: string; reason: string }[] } | undefined;
  return Object.fromEntries((status?.conditions ?? []).map((each) => [each.type, `${each.status} ${each.reason}`]));
}

/** Waits until what was written about definitions has had its effect. */
async function settle(server: TestServer): Promise<void> {
  await server.server.core.barrier.mostRecent();
  await server.server.core.customResources.settled();
}

async function until(check: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error('it does not come to that');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** An answer that is no object of the API. */
function parsed<T>({ bytes }: Answer): T {
  return JSON.parse(bytes.toString()) as T;
}

describe('custom resources', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start();
    await server.request('POST', CRDS, definition());
    await settle(server);
  });

  afterEach(() => server.request('DELETE', WIDGETS));

  afterAll(() => server.stop());

  const create = (spec: object, query = ''): Promise<Answer> => server.request('POST', `${WIDGETS}${query}`, widget(spec));

  it('accepts the names and establishes the definition', async () => {
    const { body, headers } = await server.request('GET', `${CRDS}/widgets.example.com`);
    expect([headers.warning, server.errors]).toEqual([undefined, []]);
    expect(body.status).toMatchObject({
      storedVersions: ['v1'],
      acceptedNames: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetCollection', shortNames: ['wd'], categories: ['all'] },
      conditions: [
        { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
        { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' },
      ],
    });
  });

  it('creates, prunes and defaults', async () => {
    const answer = await create({ size: 3, unknown: 1, port: 'http', note: null, code: null, free: { x: [1] }, parts: [{ name: 'a', odd: true }] });
    expect(answer.status).toBe(201);
    expect(answer.headers.warning).toBe('299 - "unknown field \\"spec.unknown\\"", 299 - "unknown field \\"spec.parts[0].odd\\""');
    expect(answer.body).toMatchObject({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { generation: 1, namespace: 'default' } });
    expect(answer.body.spec).toEqual({ size: 3, port: 'http', note: null, free: { x: [1] }, parts: [{ name: 'a', weight: 1 }], color: 'red' });
    const { kv } = await server.store.get('/registry/example.com/widgets/default/one');
    expect(JSON.parse(kv!.value.toString())).toMatchObject({ apiVersion: 'example.com/v1', spec: { color: 'red' } });
  });

  it('refuses unknown fields where asked to be strict', async () => {
    const answer = await create({ size: 3, unknown: 1 }, '?fieldValidation=Strict');
    expect([answer.status, answer.body.message]).toEqual([
      400, 'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.unknown"',
    ]);
  });

  it.each<[object, string[]]>([
    [{}, ['spec.size: Required value']],
    [{ size: 'x' }, ['spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"']],
    [{ size: 11 }, ['spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10']],
    [{ size: 1, color: 'blue' }, ['spec.color: Unsupported value: "blue": supported values: "red", "green"']],
    [{ size: 1, code: 'A' }, ["spec.code: Invalid value: \"A\": spec.code in body should match '^[a-z]+$'"]],
    [{ size: 1, code: 'abcdef' }, ['spec.code: Too long: may not be more than 5 bytes']],
    [{ size: 1, port: true }, ['spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"']],
    [{ size: 1, tags: ['a', 'a'] }, ['spec.tags[1]: Duplicate value: "a"']],
    [{ size: 1, parts: [{ name: 'a' }, { name: 'a' }] }, ['spec.parts[1]: Duplicate value: {"name":"a"}']],
    [{ size: 1, parts: [{}] }, ['spec.parts[0].name: Required value']],
    [{ size: 1, parts: [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }] }, ['spec.parts: Too many: 4: must have at most 3 items']],
  ])('refuses %j', async (spec, problems) => {
    const answer = await create(spec);
    const [first] = problems;
    expect([answer.status, answer.body.reason, answer.body.message]).toEqual([422, 'Invalid', `Widget.example.com "one" is invalid: ${first ?? ''}`]);
  });

  it('wants a resource version of updates, and counts generations', async () => {
    const { body } = await create({ size: 3 });
    const bare = await server.request('PUT', `${WIDGETS}/one`, widget({ size: 4 }));
    expect([bare.status, bare.body.message]).toEqual([
      422, 'widgets.example.com "one" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    ]);
    const updated = await server.request('PUT', `${WIDGETS}/one`, { ...body, spec: { size: 4 }, status: { phase: 'ignored' } });
    expect(updated.body).toMatchObject({ metadata: { generation: 2 }, spec: { size: 4, color: 'red' } });
    expect(updated.body.status).toBeUndefined();
  });

  it('patches by merge and JSON patch, not strategically', async () => {
    await create({ size: 3 });
    expect((await server.patch(`${WIDGETS}/one`, 'merge', { spec: { size: 5 } })).body.spec).toMatchObject({ size: 5 });
    expect((await server.patch(`${WIDGETS}/one`, 'json', [{ op: 'replace', path: '/spec/size', value: 6 }])).body.spec).toMatchObject({ size: 6 });
    const strategic = await server.patch(`${WIDGETS}/one`, 'strategic-merge', { spec: { size: 5 } });
    expect([strategic.status, strategic.body.reason, strategic.body.message]).toEqual([
      415, 'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    ]);
    expect((await server.patch(`${WIDGETS}/one`, 'merge', { spec: { size: 50 } })).status).toBe(422);
  });

  it('lets be what was invalid already and has not changed', async () => {
    await server.store.create('/registry/example.com/widgets/default/old', Buffer.from(JSON.stringify({
      kind: 'Widget', apiVersion: 'example.com/v1', metadata: { name: 'old', namespace: 'default', uid: 'u' }, spec: { size: 99, code: 'a' },
    })));
    expect((await server.patch(`${WIDGETS}/old`, 'merge', { spec: { code: 'b' } })).status).toBe(200);
    expect((await server.patch(`${WIDGETS}/old`, 'merge', { spec: { size: 98 } })).status).toBe(422);
  });

  it('keeps the status apart', async () => {
    await create({ size: 3 });
    const status = await server.patch(`${WIDGETS}/one/status`, 'merge', { spec: { size: 9 }, status: { phase: 'Ready' } });
    expect(status.body).toMatchObject({ metadata: { generation: 1 }, spec: { size: 3 }, status: { phase: 'Ready' } });
    expect((await server.request('GET', `${WIDGETS_BETA}/one/status`)).status).toBe(404);
  });

  it('scales', async () => {
    await create({ size: 3 });
    const none = await server.request('GET', `${WIDGETS}/one/scale`);
    expect([none.status, none.body.message]).toEqual([500, 'Internal error occurred: the spec replicas field ".spec.replicas" does not exist']);
    const scaled = await server.patch(`${WIDGETS}/one/scale`, 'merge', { spec: { replicas: 4 } });
    expect(scaled.body).toMatchObject({ kind: 'Scale', apiVersion: 'autoscaling/v1', spec: { replicas: 4 } });
    await server.patch(`${WIDGETS}/one/status`, 'merge', { status: { replicas: 2, selector: 'a=b' } });
    const scale = await server.request('GET', `${WIDGETS}/one/scale`);
    expect(scale.body).toMatchObject({ spec: { replicas: 4 }, status: { replicas: 2, selector: 'a=b' } });
  });

  it('serves other versions, with warnings of deprecated ones', async () => {
    await create({ size: 3 });
    const beta = await server.request('GET', `${WIDGETS_BETA}/one`);
    expect(beta.headers.warning).toBe('299 - "example.com/v1beta1 Widget is deprecated; use example.com/v1 Widget"');
    expect(beta.body).toMatchObject({ apiVersion: 'example.com/v1beta1', spec: { size: 3 } });
    expect(beta.body.spec).toEqual({ size: 3 });
    const list = await server.request('GET', WIDGETS_BETA);
    expect(list.body).toMatchObject({ kind: 'WidgetCollection', apiVersion: 'example.com/v1beta1', items: [{ apiVersion: 'example.com/v1beta1' }] });
    const made = await server.request('POST', WIDGETS_BETA, { ...widget({ size: 7 }, 'two'), apiVersion: 'example.com/v1beta1' });
    expect([made.status, made.body.apiVersion]).toEqual([201, 'example.com/v1beta1']);
    expect((await server.request('GET', `${WIDGETS}/two`)).body).toMatchObject({ apiVersion: 'example.com/v1', spec: { size: 7 } });
  });

  it('is watched, also with field selectors', async () => {
    const watch = await server.watch(`${WIDGETS}?fieldSelector=spec.color%3Dgreen`);
    await create({ size: 3 });
    await server.request('POST', WIDGETS, widget({ size: 3, color: 'green' }, 'two'));
    expect((await watch.take(1))[0]).toMatchObject({ type: 'ADDED', object: { kind: 'Widget', metadata: { name: 'two' } } });
    watch.close();
    const selected = await server.request('GET', `${WIDGETS}?fieldSelector=spec.color%3Dred`);
    expect(selected.body.items.map(({ metadata }) => metadata.name)).toEqual(['one']);
    const unknown = await server.request('GET', `${WIDGETS}?fieldSelector=spec.size%3D3`);
    expect([unknown.status, unknown.body.message]).toEqual([400, 'field label not supported: spec.size']);
  });

  it('is listed as its definition calls its lists, each object with its kind', async () => {
    await create({ size: 3 });
    expect((await server.request('GET', WIDGETS)).body).toMatchObject({
      kind: 'WidgetCollection', apiVersion: 'example.com/v1', items: [{ kind: 'Widget', apiVersion: 'example.com/v1' }],
    });
  });

  it('is printed in its columns', async () => {
    await create({ size: 3 });
    const table = (path: string): Promise<Answer> => server.request('GET', path, undefined, { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' });
    const v1 = parsed<{ columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] }>(await table(WIDGETS));
    expect(v1.columnDefinitions.map(({ name }) => name)).toEqual(['Name', 'Size', 'Age']);
    expect(v1.rows[0]?.cells).toEqual(['one', 3, expect.stringMatching(/^\d+s$/)]);
    const beta = parsed<{ columnDefinitions: { name: string }[] }>(await table(WIDGETS_BETA));
    expect(beta.columnDefinitions.map(({ name }) => name)).toEqual(['Name', 'Age']);
  });

  it('takes and gives no protobuf', async () => {
    const protobuf = 'application/vnd.kubernetes.protobuf';
    expect((await server.request('GET', WIDGETS, undefined, { accept: protobuf })).status).toBe(406);
    expect((await server.request('POST', WIDGETS, Buffer.from('k8s\0'), { 'content-type': protobuf })).status).toBe(415);
    expect((await server.request('GET', WIDGETS, undefined, { accept: `${protobuf},application/json` })).status).toBe(200);
  });

  it('is discovered', async () => {
    const groups = parsed<{ groups: { name: string; preferredVersion: object }[] }>(await server.request('GET', '/apis'));
    expect(groups.groups.at(-1)).toMatchObject({ name: 'example.com', preferredVersion: { version: 'v1' } });
    const list = parsed<{ resources: object[] }>(await server.request('GET', '/apis/example.com/v1'));
    expect(list.resources).toMatchObject([
      { name: 'widgets', singularName: 'widget', kind: 'Widget', shortNames: ['wd'], categories: ['all'], namespaced: true },
      { name: 'widgets/scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] },
      { name: 'widgets/status', kind: 'Widget', verbs: ['get', 'patch', 'update'] },
    ]);
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const all = (await server.request('GET', '/apis', undefined, { accept })).body;
    expect(all.items.at(-1)).toMatchObject({ metadata: { name: 'example.com' }, versions: [{ version: 'v1' }, { version: 'v1beta1' }] });
  });

  it('is described in OpenAPI, with hashes of its own', async () => {
    const index = parsed<{ paths: Record<string, { serverRelativeURL: string }> }>(await server.request('GET', '/openapi/v3'));
    const url = index.paths['apis/example.com/v1']?.serverRelativeURL ?? '';
    const { components, paths } = parsed<{ components: { schemas: Record<string, unknown> }; paths: object }>(await server.request('GET', url));
    expect(components.schemas['com.example.v1.Widget']).toMatchObject({
      description: 'A widget is a thing.', properties: { spec: { properties: { size: { type: 'integer', description: 'How large it is.' } } } },
      'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Widget' }],
    });
    expect(Object.keys(paths)).toContain('/apis/example.com/v1/namespaces/{namespace}/widgets/{name}/scale');
    const v2 = parsed<{ definitions: Record<string, unknown> }>(await server.request('GET', '/openapi/v2'));
    expect(v2.definitions['com.example.v1.WidgetCollection']).toMatchObject({ required: ['items'] });
    expect(v2.definitions['io.k8s.api.core.v1.Pod']).toBeDefined();
  });
});

describe('the life of a custom resource definition', () => {
  it('waits for names that another one has', async () => {
    await using server = await TestServer.start();
    await server.request('POST', CRDS, definition());
    await settle(server);
    const gadgets = definition({ names: { plural: 'gadgets', kind: 'Widget', singular: 'gadget', listKind: 'GadgetList' } });
    await server.request('POST', CRDS, { ...gadgets, metadata: { name: 'gadgets.example.com' } });
    await settle(server);
    expect(await conditions(server, 'gadgets.example.com')).toEqual({ NamesAccepted: 'False KindConflict', Established: 'False NotAccepted' });
    expect((await server.request('GET', '/apis/example.com/v1/gadgets')).status).toBe(404);
    await server.request('DELETE', `${CRDS}/widgets.example.com`);
    await until(async () => (await conditions(server, 'gadgets.example.com')).Established === 'True InitialNamesAccepted');
    expect((await server.request('GET', '/apis/example.com/v1/gadgets')).status).toBe(200);
  });

  it('takes its objects with it, those with finalizers when these are gone', async () => {
    await using server = await TestServer.start();
    await server.request('POST', CRDS, definition());
    await server.request('POST', WIDGETS, widget({ size: 1 }, 'free'));
    await server.request('POST', WIDGETS, { ...widget({ size: 1 }), metadata: { name: 'held', finalizers: ['example.com/hold'] } });
    const deleted = await server.request('DELETE', `${CRDS}/widgets.example.com`);
    expect([deleted.status, deleted.body.metadata.finalizers]).toEqual([200, ['customresourcecleanup.apiextensions.k8s.io']]);
    await settle(server);
    expect(await conditions(server)).toMatchObject({ Terminating: 'True InstanceDeletionInProgress' });
    const { items } = (await server.request('GET', WIDGETS)).body;
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['held']);
    const refused = await server.request('POST', WIDGETS, widget({ size: 1 }, 'late'));
    expect([refused.status, refused.body.message]).toEqual([
      403, 'widgets.example.com "late" is forbidden: create not allowed while custom resource definition is terminating',
    ]);
    const applied = await server.request('PATCH', `${WIDGETS}/three?fieldManager=x`, widget({ size: 1 }, 'three'), { 'content-type': 'application/apply-patch+yaml' });
    expect([applied.status, applied.body.message]).toEqual([
      403, 'widgets.example.com "three" is forbidden: create not allowed while custom resource definition is terminating',
    ]);
    await server.patch(`${WIDGETS}/held`, 'merge', { metadata: { finalizers: null } });
    await until(async () => (await server.request('GET', `${CRDS}/widgets.example.com`)).status === 404);
    await settle(server);
    expect((await server.request('GET', WIDGETS)).status).toBe(404);
    expect((await server.store.range({ start: '/registry/example.com/', end: '/registry/example.com0' })).kvs).toEqual([]);
    const groups = parsed<{ groups: { name: string }[] }>(await server.request('GET', '/apis'));
    expect(groups.groups.map(({ name }) => name)).not.toContain('example.com');
  });

  it('goes even if its status names versions that it has not', async () => {
    await using server = await TestServer.start();
    await server.request('POST', CRDS, definition());
    await settle(server);
    const answer = await server.patch(`${CRDS}/widgets.example.com/status`, 'merge', { status: { storedVersions: ['v7'] } });
    expect(answer.status).toBe(200);
    await server.request('DELETE', `${CRDS}/widgets.example.com`);
    await until(async () => (await server.request('GET', `${CRDS}/widgets.example.com`)).status === 404);
    await settle(server);
    expect((await server.request('GET', '/apis/example.com/v9/nothing')).status).toBe(404);
    expect(server.errors).toEqual([]);
  });

  it('changes what is served when it changes, with other storage versions too', async () => {
    await using server = await TestServer.start();
    await server.request('POST', CRDS, definition());
    await server.request('POST', WIDGETS, widget({ size: 1 }));
    const watch = await server.watch(WIDGETS);
    const versions = definition().spec['versions'] as { name: string; storage: boolean; deprecated?: boolean; schema: unknown }[];
    const defaulted = { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' }, extra: { type: 'string', default: 'new' } } } } };
    const v2 = { name: 'v2', served: true, storage: true, schema: { openAPIV3Schema: defaulted } };
    const patched = await server.patch(`${CRDS}/widgets.example.com`, 'merge', { spec: { versions: [...versions.map((each) => ({ ...each, storage: false })), v2] } });
    expect(patched.body.status).toMatchObject({ storedVersions: ['v1', 'v2'] });
    await settle(server);
    const read = await server.request('GET', '/apis/example.com/v2/namespaces/default/widgets/one');
    expect(read.body).toMatchObject({ apiVersion: 'example.com/v2', spec: { size: 1, extra: 'new' } });
    expect((await watch.rest()).map(({ type }) => type)).toEqual(['ADDED']);
    const stored = async (): Promise<unknown> => JSON.parse((await server.store.get('/registry/example.com/widgets/default/one')).kv!.value.toString()) as unknown;
    expect(await stored()).toMatchObject({ apiVersion: 'example.com/v1' });
    expect((await server.request('PUT', '/apis/example.com/v2/namespaces/default/widgets/one', read.body)).status).toBe(200);
    expect(await stored()).toMatchObject({ apiVersion: 'example.com/v2' });
  });

  it('outlives its server, and works on several', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'typekube-crd-'));
    const store = await openEmbeddedStore({ dataDir, compactionIntervalMs: 0 });
    try {
      const first = await TestServer.start({ store });
      await using second = await TestServer.start({ store });
      await first.request('POST', CRDS, definition());
      await settle(first);
      expect((await first.request('POST', WIDGETS, widget({ size: 1 }))).status).toBe(201);
      expect((await second.request('GET', `${WIDGETS}/one`)).status).toBe(200);
      await first.stop();
      await using third = await TestServer.start({ store });
      expect((await third.request('GET', `${WIDGETS}/one`)).body.spec).toEqual({ size: 1, color: 'red' });
    } finally {
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
