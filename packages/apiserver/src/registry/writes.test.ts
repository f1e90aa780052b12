import { type Answer, TestServer } from '../testing';

const MAPS = '/api/v1/namespaces/default/configmaps';
const LIMITS = '/api/v1/namespaces/default/limitranges/gone';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';

function deployment(name: string, spec: object = {}): object {
  return {
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      ...spec,
    },
  };
}

describe('writes', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start({ namespaces: ['default', 'other'] });
  });

  afterAll(() => server.stop());

  const told = ({ status, body }: Answer): unknown[] => [status, body.reason, body.message];
  const create = (name: string, more: object = {}): Promise<Answer> => server.request('POST', MAPS, { metadata: { name }, ...more });
  const list = async (): Promise<number> => (await server.request('GET', MAPS)).body.items.length;

  describe('create', () => {
    it('fills in what the system sets, whatever the client says', async () => {
      const { status, body } = await server.request('POST', MAPS, {
        kind: 'ConfigMap', apiVersion: 'v1',
        metadata: {
          name: 'filled', uid: 'x', creationTimestamp: '2000-01-01T00:00:00Z', deletionTimestamp: '2000-01-01T00:00:00Z',
          deletionGracePeriodSeconds: 5, selfLink: '/x', generation: 7, labels: { a: 'b' },
        },
      });
      expect(status).toBe(201);
      expect(body).toEqual({
        kind: 'ConfigMap', apiVersion: 'v1',
        metadata: {
          name: 'filled', namespace: 'default', labels: { a: 'b' }, uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
          creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), resourceVersion: expect.stringMatching(/^\d+$/),
          managedFields: [expect.objectContaining({ operation: 'Update', fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } } } })],
        },
      });
      expect(Date.parse(String(body.metadata.creationTimestamp))).toBeGreaterThan(Date.now() - 60_000);
    });

    it.each([
      ['a name that exists', { metadata: { name: 'filled' } }, 409, 'AlreadyExists', 'configmaps "filled" already exists'],
      ['no name', { metadata: {} }, 422, 'Invalid', 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required'],
      ['no metadata', {}, 422, 'Invalid', 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required'],
      [
        'a bad name', { metadata: { name: 'A_b' } }, 422, 'Invalid',
        `ConfigMap "A_b" is invalid: metadata.name: Invalid value: "A_b": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      ],
      [
        'another namespace', { metadata: { name: 'x', namespace: 'other' } }, 400, 'BadRequest',
        'the namespace of the provided object does not match the namespace sent on the request',
      ],
      ['a resource version', { metadata: { name: 'x', resourceVersion: '5' } }, 500, undefined, 'resourceVersion should not be set on objects to be created'],
      [
        'another kind', { kind: 'Pod', metadata: { name: 'x' } }, 400, 'BadRequest',
        expect.stringMatching(/^Pod in version "v1" cannot be handled as a ConfigMap: converting \(.*\) to \(.*\): unknown conversion$/),
      ],
      [
        'another version', { apiVersion: 'v2', metadata: { name: 'x' } }, 400, 'BadRequest',
        'the API version in the data (v2) does not match the expected API version (v1)',
      ],
    ])('refuses %s', async (_what, object, code, reason, message) => {
      expect(told(await server.request('POST', MAPS, object))).toEqual([code, reason, message]);
    });

    it('makes up names', async () => {
      const made = await Promise.all(Array.from({ length: 20 }, () => server.request('POST', MAPS, { metadata: { generateName: 'gen-' } })));
      const names = made.map(({ body }) => body.metadata.name ?? '');
      for (const name of names) expect(name).toMatch(/^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      expect(new Set(names).size).toBe(20);
      expect(made[0]!.body.metadata.generateName).toBe('gen-');
      expect((await server.request('POST', MAPS, { metadata: { name: 'given', generateName: 'gen-' } })).body.metadata.name).toBe('given');
    });

    it('needs the namespace to be there', async () => {
      const answer = await server.request('POST', '/api/v1/namespaces/nowhere/configmaps', { metadata: { name: 'x' } });
      expect(answer.status).toBe(404);
      expect(answer.body).toMatchObject({ reason: 'NotFound', message: 'namespaces "nowhere" not found', details: { name: 'nowhere', kind: 'namespaces' } });
    });

    it('forgets the namespace of what has none', async () => {
      const { status, body } = await server.request('POST', '/api/v1/nodes', { metadata: { name: 'n', namespace: 'default' } });
      expect([status, body.metadata.namespace]).toEqual([201, undefined]);
    });
  });

  describe('update', () => {
    beforeEach(async () => {
      await server.request('DELETE', `${MAPS}/u`);
      await create('u', { data: { a: '1' } });
    });

    const get = async (): Promise<Answer['body']> => (await server.request('GET', `${MAPS}/u`)).body;
    const put = (object: unknown): Promise<Answer> => server.request('PUT', `${MAPS}/u`, object);

    it('replaces at the version it was made from, and conflicts with any other', async () => {
      const first = await get();
      const second = await put({ ...first, data: { a: '2' } });
      expect(second.status).toBe(200);
      expect(second.body.data).toEqual({ a: '2' });
      expect(second.body.metadata).toEqual({ ...first.metadata, resourceVersion: expect.any(String) });
      expect(Number(second.body.metadata.resourceVersion)).toBeGreaterThan(Number(first.metadata.resourceVersion));
      const conflict = await put({ ...first, data: { a: '3' } });
      expect(told(conflict)).toEqual([
        409, 'Conflict',
        'Operation cannot be fulfilled on configmaps "u": the object has been modified; please apply your changes to the latest version and try again',
      ]);
      expect(conflict.body.details).toEqual({ name: 'u', kind: 'configmaps' });
    });

    it('takes a PUT without a version', async () => {
      expect((await put({ metadata: { name: 'u' }, data: { a: '4' } })).status).toBe(200);
      expect((await get()).data).toEqual({ a: '4' });
    });

    it('leaves an object as it is where nothing changes', async () => {
      const before = await get();
      const same = await put(before);
      expect([same.status, same.body.metadata.resourceVersion]).toEqual([200, before.metadata.resourceVersion]);
      const patched = await server.patch(`${MAPS}/u`, 'merge', {});
      expect(patched.body.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    });

    it.each([
      ['another name', { metadata: { name: 'v' } }, 400, 'BadRequest', 'the name of the object (v) does not match the name on the URL (u)'],
      ['no name', { metadata: {} }, 400, 'BadRequest', 'the name of the object (u based on URL) was undeterminable: name must be provided'],
      [
        'another namespace', { metadata: { name: 'u', namespace: 'other' } }, 400, 'BadRequest',
        'the namespace of the provided object does not match the namespace sent on the request',
      ],
      [
        'another uid', { metadata: { name: 'u', uid: 'x' } }, 409, 'Conflict',
        expect.stringMatching(
          /^Operation cannot be fulfilled on configmaps "u": StorageError: invalid object, Code: 4, Key: \/registry\/configmaps\/default\/u, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: x, UID in object meta: [0-9a-f-]{36}$/,
        ),
      ],
    ])('refuses %s', async (_what, object, code, reason, message) => {
      expect(told(await put(object))).toEqual([code, reason, message]);
    });

    it('refuses another uid of what is gone where the kind may be created by an update', async () => {
      const why = (key: string): unknown =>
        expect.stringContaining(`Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: x, UID in object meta: `);
      const object = { metadata: { name: 'gone', uid: 'x' } };
      // What no update creates is not found before anything is compared.
      expect(told(await server.request('PUT', `${MAPS}/gone`, object))).toEqual([404, 'NotFound', 'configmaps "gone" not found']);
      const limits = await server.request('PUT', LIMITS, object);
      expect(told(limits)).toEqual([409, 'Conflict', why('/registry/limitranges/default/gone')]);
    });

    it.each([
      ['another name', { name: 'other' }, 'the name of the object (other) does not match the name on the URL (gone)'],
      ['no name', {}, 'the name of the object (gone based on URL) was undeterminable: name must be provided'],
      ['a generated name', { generateName: 'x' }, 'the name of the object (gone based on URL) was undeterminable: name must be provided'],
    ])('creates nothing under %s', async (_what, metadata, message) => {
      for (const path of [LIMITS, `${MAPS}/gone`]) {
        expect(told(await server.request('PUT', path, { metadata }))).toEqual([400, 'BadRequest', message]);
      }
    });

    it('does not create', async () => {
      expect(told(await server.request('PUT', `${MAPS}/none`, { metadata: { name: 'none' } }))).toEqual([404, 'NotFound', 'configmaps "none" not found']);
      expect(told(await server.patch(`${MAPS}/none`, 'merge', {}))).toEqual([404, 'NotFound', 'configmaps "none" not found']);
    });

    it('creates where the kind allows it', async () => {
      const path = '/apis/coordination.k8s.io/v1/namespaces/default/leases/l';
      const first = await server.request('PUT', path, { metadata: { name: 'l' }, spec: {} });
      const { resourceVersion } = first.body.metadata;
      const second = await server.request('PUT', path, { metadata: { name: 'l', resourceVersion }, spec: { holderIdentity: 'x' } });
      const unversioned = await server.request('PUT', path, { metadata: { name: 'l' }, spec: {} });
      expect(told(unversioned)).toEqual([
        422, 'Invalid',
        'leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
      ]);
      expect([first.status, second.status]).toEqual([201, 200]);
      expect(second.body.metadata.uid).toBe(first.body.metadata.uid);
      expect((await server.request('PUT', `${path}2`, { metadata: { name: 'l2', resourceVersion: '5' }, spec: {} })).status).toBe(404);
    });

    it('keeps what the system has set', async () => {
      const before = await get();
      const { body } = await put({
        ...before,
        metadata: { ...before.metadata, creationTimestamp: '2000-01-01T00:00:00Z', selfLink: 'x', generation: 9 },
      });
      expect(body.metadata).toEqual(before.metadata);
    });

    it('does not let a client say when an object is to be deleted', async () => {
      const before = await get();
      const answer = await put({ ...before, metadata: { ...before.metadata, deletionTimestamp: '2000-01-01T00:00:00Z' } });
      expect([answer.status, answer.body.message]).toEqual([422, expect.stringContaining('metadata.deletionTimestamp: Invalid value: "2000-01-01T00:00:00Z": field is immutable')]);
    });

    it('takes a resource version that is none for an error of its own, as upstream', async () => {
      const before = await get();
      const answer = await put({ ...before, metadata: { ...before.metadata, resourceVersion: 'abc' } });
      expect(told(answer)).toEqual([500, undefined, 'strconv.ParseUint: parsing "abc": invalid syntax']);
    });

    it('refuses to change an immutable field with its path', async () => {
      await create('fixed', { immutable: true, data: { a: 'b' } });
      const answer = await server.patch(`${MAPS}/fixed`, 'merge', { data: { a: 'c' } });
      expect(told(answer)).toEqual([422, 'Invalid', 'ConfigMap "fixed" is invalid: data: Forbidden: field is immutable when `immutable` is set']);
    });
  });

  describe('under contention', () => {
    it('fifty patches at once all land', async () => {
      await create('busy');
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) => (i % 2 ? server.request2 : server.request).call(
          server, 'PATCH', `${MAPS}/busy`, { data: { [`k${i}`]: 'x' } }, { 'content-type': 'application/merge-patch+json' },
        )),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(Object.keys((await server.request('GET', `${MAPS}/busy`)).body.data ?? {})).toHaveLength(50);
    });

    it('a counter that is compared and set counts every success', async () => {
      await create('counter', { data: { n: '0' } });
      const add = async (): Promise<void> => {
        for (;;) {
          const { body } = await server.request('GET', `${MAPS}/counter`);
          const n = Number(body.data?.['n']);
          const answer = await server.request('PUT', `${MAPS}/counter`, { ...body, data: { n: String(n + 1) } });
          if (answer.status === 200) return;
          expect(answer.status).toBe(409);
        }
      };
      await Promise.all(Array.from({ length: 15 }, add));
      expect((await server.request('GET', `${MAPS}/counter`)).body.data).toEqual({ n: '15' });
    });

    it('of many creates of one name one succeeds', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => create('race')));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    });
  });

  describe('patch', () => {
    beforeAll(() => server.request('POST', DEPLOYMENTS, deployment('web')));
    const path = `${DEPLOYMENTS}/web`;

    it.each([
      ['merge', { spec: { replicas: 2 } }, 2],
      ['json', [{ op: 'replace', path: '/spec/replicas', value: 3 }], 3],
      ['strategic-merge', { spec: { replicas: 4, template: { spec: { containers: [{ name: 'c', env: [{ name: 'A', value: 'b' }] }] } } } }, 4],
    ] as const)('applies a %s patch', async (type, patch, replicas) => {
      const { status, body } = await server.patch(path, type, patch);
      expect(status).toBe(200);
      expect(body).toMatchObject({ kind: 'Deployment', spec: { replicas, template: { spec: { containers: [{ name: 'c', image: 'i' }] } } } });
    });

    it.each([
      ['json', '{"op":"x"}', 400, 'BadRequest', /^error decoding patch: json: cannot unmarshal object into Go value of type \[\]handlers\.jsonPatchOp$/],
      ['json', '[', 400, 'BadRequest', /^error decoding patch: unexpected end of JSON input$/],
      ['json', [{ op: 'test', path: '/spec/replicas', value: 99 }], 422, 'Invalid', /^the server rejected our request due to an error in our request$/],
      ['json', [{ op: 'remove', path: '/nothing' }], 422, 'Invalid', /^the server rejected our request due to an error in our request$/],
      ['json', [{ op: 'replace', path: '', value: [] }], 422, 'Invalid', /^ "" is invalid: patch: Invalid value: /],
      ['merge', 'null', 400, 'BadRequest', /^Invalid JSON Patch$|^error decoding patch/],
      ['merge', '[]', 400, 'BadRequest', /^error decoding patch: json: cannot unmarshal array into Go value of type map\[string\]interface \{\}$/],
      ['merge', { spec: { replicas: 'x' } }, 422, 'Invalid', /^ "" is invalid: patch: Invalid value: "\{.*\}": json: cannot unmarshal string into Go struct field DeploymentSpec\.spec\.replicas of type int32$/],
      ['strategic-merge', { spec: { replicas: 'x' } }, 422, 'Invalid', /^ "" is invalid: patch: Invalid value: "map\[spec:map\[replicas:x\]\]": unrecognized type: int32$/],
      ['strategic-merge', '[]', 400, 'BadRequest', /^json: cannot unmarshal array into Go value of type map\[string\]interface \{\}$/],
      ['merge', { metadata: { name: 'other' } }, 400, 'BadRequest', /^the name of the object \(other\) does not match the name on the URL \(web\)$/],
      ['merge', { metadata: { name: null } }, 400, 'BadRequest', /^the name of the object \(web based on URL\) was undeterminable: name must be provided$/],
      ['merge', { metadata: { namespace: 'other' } }, 400, 'BadRequest', /^the namespace of the provided object does not match the namespace sent on the request$/],
      ['merge', { metadata: { resourceVersion: '1' } }, 409, 'Conflict', /the object has been modified/],
      ['merge', { metadata: { uid: 'x' } }, 422, 'Invalid', /metadata\.uid: Invalid value: "x": field is immutable/],
      ['merge', { metadata: null }, 400, 'BadRequest', /undeterminable: name must be provided$/],
      ['merge', { kind: 'Pod' }, 422, 'Invalid', /^ "" is invalid: patch: Invalid value: /],
    ] as const)('refuses the %s patch %j', async (type, patch, code, reason, message) => {
      const answer = await server.patch(path, type, patch);
      expect([answer.status, answer.body.reason]).toEqual([code, reason]);
      expect(answer.body.message).toMatch(message);
    });

    it('takes no other types', async () => {
      for (const type of ['application/json', 'text/plain', 'constructor', '__proto__']) {
        const answer = await server.request('PATCH', path, {}, { 'content-type': type });
        expect([answer.status, answer.body.reason]).toEqual([415, 'UnsupportedMediaType']);
        expect(answer.body.message).toMatch(/^the body of the request was in an unknown format - accepted media types include: application\/json-patch\+json, application\/merge-patch\+json, application\/strategic-merge-patch\+json/);
      }
    });
  });

  describe('generation and status', () => {
    it('counts changes of the spec only, and keeps status and spec apart', async () => {
      const path = `${DEPLOYMENTS}/split`;
      const created = await server.request('POST', DEPLOYMENTS, { ...deployment('split'), status: { replicas: 7 } });
      expect(created.body.metadata.generation).toBe(1);
      expect(created.body.status).toEqual({});
      const viaMain = await server.patch(path, 'merge', { spec: { replicas: 5 }, status: { replicas: 5 } });
      expect([viaMain.body.metadata.generation, viaMain.body.spec['replicas'], viaMain.body.status]).toEqual([2, 5, {}]);
      const viaStatus = await server.patch(`${path}/status`, 'merge', {
        spec: { replicas: 9 }, status: { replicas: 5, observedGeneration: 2 }, metadata: { labels: { x: 'y' } },
      });
      expect([viaStatus.body.metadata.generation, viaStatus.body.spec['replicas']]).toEqual([2, 5]);
      expect(viaStatus.body.status).toEqual({ replicas: 5, observedGeneration: 2 });
      const labelled = await server.patch(path, 'merge', { metadata: { labels: { a: 'b' } } });
      expect(labelled.body.metadata.generation).toBe(2);
      expect(labelled.body.status).toEqual({ replicas: 5, observedGeneration: 2 });
      expect((await server.request('GET', `${path}/status`)).body).toEqual(labelled.body);
    });

    it('writes no status of what is not there', async () => {
      const answer = await server.request('PUT', '/apis/apps/v1/namespaces/default/deployments/none/status', deployment('none'));
      expect(told(answer)).toEqual([404, 'NotFound', 'deployments.apps "none" not found']);
    });
  });

  describe('dry run', () => {
    it('does everything but store', async () => {
      await create('dry', { data: { a: '1' } });
      const before = await list();
      const created = await server.request('POST', `${MAPS}?dryRun=All`, { metadata: { name: 'not-stored' } });
      expect([created.status, created.body.metadata.resourceVersion, created.body.metadata.uid]).toEqual([201, undefined, expect.any(String)]);
      expect((await server.request('POST', `${MAPS}?dryRun=All`, { metadata: { name: 'dry' } })).status).toBe(409);
      const updated = await server.request('PUT', `${MAPS}/dry?dryRun=All`, { metadata: { name: 'dry' }, data: { a: '2' } });
      expect([updated.status, updated.body.data]).toEqual([200, { a: '2' }]);
      const patched = await server.request('PATCH', `${MAPS}/dry?dryRun=All`, { data: { b: '3' } }, { 'content-type': 'application/merge-patch+json' });
      expect([patched.status, patched.body.data]).toEqual([200, { a: '1', b: '3' }]);
      expect((await server.request('DELETE', `${MAPS}/dry?dryRun=All`)).status).toBe(200);
      expect((await server.request('DELETE', `${MAPS}/dry`, { dryRun: ['All'] })).status).toBe(200);
      expect((await server.request('DELETE', `${MAPS}?dryRun=All`)).status).toBe(200);
      expect((await server.request('GET', `${MAPS}/dry`)).body.data).toEqual({ a: '1' });
      expect(await list()).toBe(before);
    });

    it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('refuses other values for %s', async (method) => {
      const path = method === 'POST' ? MAPS : `${MAPS}/dry`;
      const headers: Record<string, string> = method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : {};
      const answer = await server.request(method, `${path}?dryRun=Some`, method === 'DELETE' ? undefined : { metadata: { name: 'dry' } }, headers);
      expect([answer.status, answer.body.reason]).toEqual([422, 'Invalid']);
      expect(answer.body.message).toContain('dryRun: Unsupported value');
    });
  });

  it.each([
    ['fieldManager=' + 'x'.repeat(129), 'fieldManager: Too long: may not be more than 128 bytes'],
    ['fieldManager=%07', 'invalid character U+0007 (at position 0)'],
    ['fieldValidation=strict', 'fieldValidation: Unsupported value: "strict"'],
  ])('refuses the option %.30s', async (query, message) => {
    const answer = await server.request('POST', `${MAPS}?${query}`, { metadata: { name: 'x' } });
    expect(answer.status).toBe(422);
    expect(answer.body.message).toContain(message);
  });

  it('an object whose name was allowed once can still be changed and deleted', async () => {
    const sets = '/apis/apps/v1/namespaces/default/statefulsets';
    const named = (name: string): object => deployment(name, { serviceName: 's' });
    expect((await server.request('POST', sets, named('with.dot'))).status).toBe(422);
    const { body } = await server.request('POST', sets, named('with-dash'));
    const old = { ...body, metadata: { ...body.metadata, name: 'with.dot', resourceVersion: undefined, finalizers: ['example.com/x'] } };
    await server.store.create('/registry/statefulsets/default/with.dot', Buffer.from(JSON.stringify(old)));
    expect((await server.patch(`${sets}/with.dot`, 'merge', { spec: { replicas: 3 } })).status).toBe(200);
    expect((await server.request('DELETE', `${sets}/with.dot`)).status).toBe(200);
    expect((await server.patch(`${sets}/with.dot`, 'merge', { metadata: { finalizers: null } })).status).toBe(200);
    expect((await server.request('GET', `${sets}/with.dot`)).status).toBe(404);
  });

  it('refuses bodies that are too large, of another type, empty or broken', async () => {
    const large = await server.request('POST', MAPS, JSON.stringify({ metadata: { name: 'x' }, data: { a: 'x'.repeat(3 * 1024 * 1024) } }));
    expect(told(large)).toEqual([413, 'RequestEntityTooLarge', 'Request entity is too large: limit is 3145728']);
    const typed = await server.request('POST', MAPS, 'x', { 'content-type': 'text/plain' });
    expect(typed.status).toBe(415);
    expect(typed.body.message).toMatch(/^the body of the request was in an unknown format - accepted media types include: application\/json, application\/yaml/);
    for (const text of ['', '{', '[]', '"x"', '1', '{"metadata":[]}', '{"metadata":{"labels":{"a":1}}}', '{"data":{"a":1}}', '\u0000', '{"kind":5}']) {
      const answer = await server.request('POST', MAPS, text);
      expect([text, answer.status, answer.body.reason]).toEqual([text, 400, 'BadRequest']);
    }
  });
});
