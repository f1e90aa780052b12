import { mutatingAdmissionWebhook } from '../../admission/webhooks/mutating';
import { WebhookProcess } from '../../admission/webhooks/testing/webhook-process';
import { ADMIN_TOKEN, type Answer, type AnswerBody, TestServer } from '../../testing';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const NAME = 'hosts.example.com';
const V1 = '/apis/example.com/v1/namespaces/default/hosts';
const V2 = '/apis/example.com/v2/namespaces/default/hosts';
const TABLE = { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' };

type Host = AnswerBody & { hostPort?: string; host?: string; port?: string };

let server: TestServer;
let hook: WebhookProcess;
let created: Answer;

function version(name: string, storage: boolean, fields: Record<string, object>, column: string): object {
  return {
    name, storage, served: true, subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
    schema: {
      openAPIV3Schema: {
        type: 'object',
        properties: { ...fields, spec: { type: 'object', properties: { replicas: { type: 'integer' } } }, status: { type: 'object', properties: { replicas: { type: 'integer' } } } },
      },
    },
    additionalPrinterColumns: [{ name: 'Where', type: 'string', jsonPath: column }],
  };
}

function versions(storage: 'v1' | 'v2'): object[] {
  return [
    version('v1', storage === 'v1', { hostPort: { type: 'string', maxLength: 30 } }, '.hostPort'),
    version('v2', storage === 'v2', { host: { type: 'string', maxLength: 20 }, port: { type: 'string' } }, '.host'),
  ];
}

function conversion(answer: string): object {
  const clientConfig = { url: `https://127.0.0.1:${hook.port}/${answer}`, caBundle: hook.caBundle };
  return { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions: ['v1', 'v1beta1'] } };
}

async function settle(): Promise<void> {
  await server.server.core.barrier.mostRecent();
  await server.server.core.customResources.settled();
}

async function change(spec: object): Promise<void> {
  expect((await server.patch(`${CRDS}/${NAME}`, 'merge', { spec })).status).toBe(200);
  await settle();
}

const v1 = (name: string, hostPort: string): object => ({ apiVersion: 'example.com/v1', kind: 'Host', metadata: { name }, hostPort });
const v2 = (name: string, host: string, port: string): object => ({ apiVersion: 'example.com/v2', kind: 'Host', metadata: { name }, host, port });
const read = async (path: string): Promise<Host> => (await server.request('GET', path)).body as Host;
const told = ({ status, body }: Answer): unknown[] => [status, body.message];

async function stored(name: string): Promise<Record<string, unknown>> {
  const { kv } = await server.store.get(`/registry/example.com/hosts/default/${name}`);
  return JSON.parse(kv!.value.toString()) as Record<string, unknown>;
}

beforeAll(async () => {
  server = await TestServer.start();
  hook = await WebhookProcess.start({ port: server.port, token: ADMIN_TOKEN });
});

afterAll(async () => {
  await hook[Symbol.asyncDispose]();
  await server.stop();
});

beforeEach(async () => {
  const names = { plural: 'hosts', kind: 'Host' };
  created = await server.request('POST', CRDS, {
    metadata: { name: NAME }, spec: { group: 'example.com', scope: 'Namespaced', names, versions: versions('v1'), conversion: conversion('convert') },
  });
  await settle();
});

afterEach(async () => {
  await server.request('DELETE', `${CRDS}/${NAME}`);
  const end = Date.now() + 20_000;
  while ((await server.request('GET', `${CRDS}/${NAME}`)).status !== 404) {
    if (Date.now() > end) throw new Error('the definition does not go');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

describe('objects between versions that a webhook converts', () => {
  it('have a definition that is taken without a warning', () => {
    expect([created.status, created.headers.warning]).toEqual([201, undefined]);
  });

  it('are read in the version that is asked for', async () => {
    await server.request('POST', V1, v1('a', 'localhost:8080'));
    expect(await read(`${V2}/a`)).toMatchObject({ apiVersion: 'example.com/v2', kind: 'Host', host: 'localhost', port: '8080' });
    expect(await read(`${V2}/a`)).not.toHaveProperty('hostPort');
    expect(await read(`${V1}/a`)).toMatchObject({ apiVersion: 'example.com/v1', hostPort: 'localhost:8080' });
  });

  it('are written in any, and stored in one', async () => {
    const made = await server.request('POST', V2, v2('a', 'localhost', '1'));
    expect([made.status, made.body]).toMatchObject([201, { apiVersion: 'example.com/v2', host: 'localhost', metadata: { generation: 1 } }]);
    expect(await stored('a')).toMatchObject({ apiVersion: 'example.com/v1', hostPort: 'localhost:1' });
    const updated = await server.request('PUT', `${V2}/a`, { ...made.body, host: 'other' });
    expect(updated.body).toMatchObject({ host: 'other', metadata: { generation: 2 } });
    expect((await server.patch(`${V2}/a`, 'merge', { port: '2' })).body).toMatchObject({ apiVersion: 'example.com/v2', host: 'other', port: '2' });
    expect((await server.patch(`${V2}/a`, 'json', [{ op: 'test', path: '/port', value: '2' }])).status).toBe(200);
    expect((await server.patch(`${V2}/a/status`, 'merge', { host: 'ignored', status: { replicas: 3 } })).body).toMatchObject({ host: 'other', status: { replicas: 3 } });
    expect((await server.patch(`${V2}/a/scale`, 'merge', { spec: { replicas: 4 } })).body).toMatchObject({ kind: 'Scale', spec: { replicas: 4 }, status: { replicas: 3 } });
    expect(await read(`${V1}/a`)).toMatchObject({ hostPort: 'other:2', spec: { replicas: 4 }, metadata: { generation: 4 } });
  });

  it('are held to the rules of the version that they are written in', async () => {
    const long = 'x'.repeat(21);
    expect(told(await server.request('POST', V2, v2('a', long, '1')))).toEqual([422, 'Host.example.com "a" is invalid: host: Too long: may not be more than 20 bytes']);
    expect((await server.request('POST', V1, v1('a', `${long}:1`))).status).toBe(201);
    expect((await server.request('POST', V2, v2('b', 'h', '1'), { 'content-type': 'application/json' })).status).toBe(201);
    expect((await server.request('POST', `${V2}?fieldValidation=Strict`, { ...v2('c', 'h', '1'), hostPort: 'x' })).status).toBe(400);
  });

  it('are listed by one review, and only those that need it are in it', async () => {
    await server.request('POST', V1, v1('a', 'one:1'));
    await change({ versions: versions('v2') });
    await server.request('POST', V2, v2('b', 'two', '2'));
    await server.request('POST', V2, v2('c', 'three', '3'));
    const asked = await hook.timesAsked();
    const list = (await read(V1)) as unknown as { apiVersion: string; items: Host[] };
    expect([list.apiVersion, list.items.map(({ apiVersion, hostPort }) => [apiVersion, hostPort])]).toEqual([
      'example.com/v1', [['example.com/v1', 'one:1'], ['example.com/v1', 'two:2'], ['example.com/v1', 'three:3']],
    ]);
    expect(await hook.timesAsked()).toBe(asked + 1);
    expect(await hook.lastRequest()).toMatchObject({ desiredAPIVersion: 'example.com/v1', objects: [{ metadata: { name: 'b' } }, { metadata: { name: 'c' } }] });
    expect(((await read(V2)) as unknown as { items: Host[] }).items.map(({ host }) => host)).toEqual(['one', 'two', 'three']);
  });

  it('are printed in the columns of the version', async () => {
    await server.request('POST', V1, v1('a', 'one:1'));
    const cells = async (path: string): Promise<unknown> => ((await server.request('GET', path, undefined, TABLE)).body as unknown as { rows: { cells: unknown[] }[] }).rows[0]?.cells;
    expect(await cells(V2)).toEqual(['a', 'one']);
    expect(await cells(V1)).toEqual(['a', 'one:1']);
  });

  it('are watched in order, the state and what happens', async () => {
    await server.request('POST', V1, v1('a', 'one:1'));
    await using watch = await server.watch(V2).then((each) => Object.assign(each, { [Symbol.asyncDispose]: () => Promise.resolve(each.close()) }));
    await server.request('POST', V1, v1('b', 'two:2'));
    await server.patch(`${V1}/b`, 'merge', { hostPort: 'three:3' });
    await server.request('DELETE', `${V1}/a`);
    const events = await watch.take(4);
    expect(events.map(({ type, object }) => [type, object.apiVersion, (object as Host).host])).toEqual([
      ['ADDED', 'example.com/v2', 'one'], ['ADDED', 'example.com/v2', 'two'], ['MODIFIED', 'example.com/v2', 'three'], ['DELETED', 'example.com/v2', 'one'],
    ]);
  });

  it('of an older storage version are stored in the present one with the next write, and go with their definition', async () => {
    await server.request('POST', V1, v1('a', 'one:1'));
    await change({ versions: versions('v2') });
    expect(await stored('a')).toMatchObject({ apiVersion: 'example.com/v1' });
    expect(await read(`${V2}/a`)).toMatchObject({ host: 'one', port: '1' });
    // Nothing that a client sees changes.
    await server.patch(`${V2}/a`, 'merge', {});
    expect(await stored('a')).toMatchObject({ apiVersion: 'example.com/v2', host: 'one', port: '1' });
    await server.request('POST', V1, { ...v1('b', 'two:2'), metadata: { name: 'b', finalizers: ['example.com/hold'] } });
    await change({ versions: versions('v1') });
    expect((await server.request('DELETE', `${V2}/b`)).body).toMatchObject({ apiVersion: 'example.com/v2', host: 'two', metadata: { deletionTimestamp: expect.any(String) } });
    expect(await stored('b')).toMatchObject({ apiVersion: 'example.com/v1', hostPort: 'two:2' });
    expect((await server.patch(`${V1}/b`, 'merge', { metadata: { finalizers: null } })).status).toBe(200);
    expect((await server.request('GET', `${V1}/b`)).status).toBe(404);
  });
});

describe('a conversion webhook', () => {
  beforeEach(() => server.request('POST', V1, v1('a', 'one:1')));

  it.each<[string, string]>([
    ['convert-not', 'conversion webhook for example.com/v1, Kind=Host failed: it does not convert'],
    ['convert-names', 'conversion webhook for example.com/v1, Kind=Host returned invalid object: must have the same name: a != other'],
    ['broken', 'conversion webhook for example.com/v1, Kind=Host failed: an error on the server ("out of order") has prevented the request from succeeding'],
    ['empty', 'conversion webhook for example.com/v1, Kind=Host failed: expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got , Kind='],
  ])('that answers %s is told of', async (answer, message) => {
    await change({ conversion: conversion(answer) });
    const error = [500, `Internal error occurred: ${message}`];
    expect(told(await server.request('GET', `${V2}/a`))).toEqual(error);
    expect(told(await server.request('GET', V2))).toEqual(error);
    expect(told(await server.patch(`${V2}/a`, 'merge', { host: 'x' }))).toEqual(error);
    expect((await server.request('GET', `${V1}/a`)).status).toBe(200);
    // Metadata needs no conversion: what is collected, or goes with its namespace, does not wait for a webhook.
    const metadata = { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' };
    expect((await server.request('GET', `${V2}/a`, undefined, metadata)).status).toBe(200);
    const watch = await server.watch(V2);
    expect(await watch.rest()).toMatchObject([{ type: 'ERROR', object: { code: 500, message: error[1] } }]);
    await change({ conversion: conversion('convert') });
    expect(await read(`${V2}/a`)).toMatchObject({ host: 'one' });
  });

  it('may change labels and annotations, and no other metadata', async () => {
    await change({ conversion: conversion('convert-labels') });
    expect((await read(`${V2}/a`)).metadata).toMatchObject({ generation: 1, labels: { converted: 'yes' } });
  });

  it('that nobody listens for is told of', async () => {
    const clientConfig = { url: 'https://127.0.0.1:1/convert', caBundle: hook.caBundle };
    await change({ conversion: { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions: ['v1'] } } });
    expect(told(await server.request('GET', `${V2}/a`))).toEqual([
      500,
      'Internal error occurred: conversion webhook for example.com/v1, Kind=Host failed: Post "https://127.0.0.1:1/convert?timeout=30s": dial tcp 127.0.0.1:1: connect: connection refused',
    ]);
  });
});

describe('an admission webhook', () => {
  it('sees the version that it asks for, and may change it', async () => {
    await using admitting = await TestServer.start({ admission: (dependencies) => [mutatingAdmissionWebhook(dependencies)] });
    const names = { plural: 'hosts', kind: 'Host' };
    await admitting.request('POST', CRDS, {
      metadata: { name: NAME }, spec: { group: 'example.com', scope: 'Namespaced', names, versions: versions('v1'), conversion: conversion('convert') },
    });
    await admitting.request('POST', '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', {
      metadata: { name: 'label' },
      webhooks: [
        {
          name: 'label.example.com', admissionReviewVersions: ['v1'], sideEffects: 'None', clientConfig: { url: `https://127.0.0.1:${hook.port}/label`, caBundle: hook.caBundle },
          rules: [{ operations: ['CREATE'], apiGroups: ['example.com'], apiVersions: ['v2'], resources: ['hosts'] }],
        },
      ],
    });
    await admitting.request('GET', '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations');
    const first = await admitting.request('POST', V1, v1('a', 'one:1'));
    expect([first.status, first.body]).toMatchObject([201, { apiVersion: 'example.com/v1', hostPort: 'one:1', metadata: { labels: { hooked: 'yes' } } }]);
    const direct = await admitting.request('POST', V2, v2('b', 'two', '2'));
    expect([direct.status, direct.body]).toMatchObject([201, { host: 'two', metadata: { labels: { hooked: 'yes' } } }]);
  });
});
