import { gunzipSync } from 'node:zlib';
import { type Answer, TestServer } from '../testing';

/** What kubectl sends. */
const KUBECTL =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,' +
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';
const OLD_KUBECTL = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

describe('what the server says of itself', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start();
  });

  afterAll(() => server.stop());

  const get = (path: string, headers?: Record<string, string>): Promise<Answer> => server.request('GET', path, undefined, headers);

  it('lists versions, groups and resources', async () => {
    expect((await get('/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0' }] });
    const groups = (await get('/apis')).body as unknown as { kind: string; groups: { name: string }[] };
    expect(groups.kind).toBe('APIGroupList');
    expect(groups.groups.map(({ name }) => name)).toEqual(expect.arrayContaining(['apps', 'batch', 'policy', 'rbac.authorization.k8s.io']));
    expect((await get('/apis/apps')).body).toEqual({
      kind: 'APIGroup', apiVersion: 'v1', name: 'apps', versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
      preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
    });
    const core = (await get('/api/v1')).body as unknown as { kind: string; groupVersion: string; resources: { name: string }[] };
    expect(core).toMatchObject({ kind: 'APIResourceList', groupVersion: 'v1' });
    expect(core.resources.find(({ name }) => name === 'pods')).toMatchObject({
      singularName: 'pod', namespaced: true, kind: 'Pod', shortNames: ['po'], categories: ['all'], storageVersionHash: 'xPOwRZ+Yhw8=',
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
    });
    expect(core.resources.find(({ name }) => name === 'pods/eviction')).toEqual({
      name: 'pods/eviction', singularName: '', namespaced: true, group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'],
    });
  });

  it.each(['/api/v2', '/apis/nothing', '/apis/apps/v9', '/apis/apps/v1/x/y/z/a/b'])('knows no %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('is only read', async () => {
    for (const path of ['/api', '/apis/apps/v1']) {
      const answer = await server.request('POST', path, {});
      expect([answer.status, answer.body.reason]).toEqual([405, 'MethodNotAllowed']);
    }
  });

  it.each([
    [KUBECTL, 'v2'],
    [OLD_KUBECTL, 'v2beta1'],
  ])('gives all at once to %.80s', async (accept, version) => {
    for (const path of ['/api', '/apis']) {
      const answer = await get(path, { accept });
      expect(answer.headers['content-type']).toBe(`application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`);
      expect(answer.body).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}` });
      expect(answer.headers.etag).toMatch(/^"[0-9A-F]+"$/);
      const known = await get(path, { accept, 'if-none-match': answer.headers.etag! });
      expect([known.status, known.bytes.length]).toEqual([304, 0]);
      const other = await get(path, { accept, 'if-none-match': '"x"' });
      expect(other.status).toBe(200);
    }
    const apps = (await get('/apis', { accept })).body.items.find(({ metadata }) => metadata.name === 'apps');
    expect(apps).toMatchObject({ versions: [{ version: 'v1', freshness: 'Current', resources: expect.any(Array) }] });
  });

  it('falls back to the old documents', async () => {
    expect((await get('/apis', { accept: 'application/json' })).body.kind).toBe('APIGroupList');
    expect((await get('/apis/apps', { accept: KUBECTL })).body.kind).toBe('APIGroup');
    expect((await get('/apis', { accept: 'text/html' })).status).toBe(406);
  });

  it('says the same over HTTP/2', async () => {
    for (const path of ['/api', '/apis', '/api/v1', '/apis/apps/v1', '/openapi/v3']) {
      expect((await server.request2('GET', path)).text).toBe((await get(path)).text);
    }
  });

  it('describes itself in OpenAPI', async () => {
    const v2 = await get('/openapi/v2');
    expect(v2.body).toMatchObject({ swagger: '2.0' });
    expect((await get('/openapi/v2', { 'if-none-match': v2.headers.etag! })).status).toBe(304);
    const index = (await get('/openapi/v3')).body as unknown as { paths: Record<string, { serverRelativeURL: string }> };
    const { serverRelativeURL } = index.paths['apis/apps/v1']!;
    const apps = await get(serverRelativeURL);
    expect(apps.body).toMatchObject({ openapi: '3.0.0' });
    expect(apps.headers['cache-control']).toBe('public, immutable');
    expect((await get('/openapi/v3/apis/apps/v1')).headers['cache-control']).toBe('no-cache, private');
    const outdated = await get('/openapi/v3/apis/apps/v1?hash=0123');
    expect([outdated.status, outdated.headers.location]).toEqual([301, serverRelativeURL]);
    const compressed = await get(serverRelativeURL, { 'accept-encoding': 'gzip' });
    expect(compressed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(compressed.bytes).equals(apps.bytes)).toBe(true);
    expect((await get('/openapi/v3/apis/nothing/v1')).status).toBe(404);
    const protobuf = await get('/openapi/v2', { accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' });
    expect(protobuf.headers['content-type']).toContain('protobuf');
    const v3 = await get('/openapi/v3/apis/apps/v1', { accept: 'application/com.github.proto-openapi.spec.v3@v1.0+protobuf' });
    expect([v3.headers['content-type'], v3.bytes.includes('io.k8s.api.apps.v1.Deployment')]).toEqual(['application/com.github.proto-openapi.spec.v3.v1.0+protobuf', true]);
  });

  it.each([
    ['/openapi/v2', 'text/html', 406],
    ['/openapi/v2', 'text/html, */*;q=0.1', 200],
    ['/openapi/v3/apis/apps/v1', 'text/html', 406],
    ['/openapi/v3/apis/apps/v1', 'application/com.github.proto-openapi.spec.v3@v1.0+protobuf', 200],
    ['/openapi/v3/apis/apps/v1', 'application/com.github.proto-openapi.spec.v3@v1.0+protobuf, application/json', 200],
  ])('describes itself in a form that the client takes: %s, %s: %i', async (path, accept, code) => {
    expect((await get(path, { accept })).status).toBe(code);
  });

  it.each(['/healthz', '/livez', '/readyz', '/healthz/ping', '/readyz/etcd', '/livez/etcd'])('%s says ok', async (path) => {
    const answer = await get(path);
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([200, 'ok', 'text/plain; charset=utf-8']);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it('tells each check where it is asked to', async () => {
    expect((await get('/readyz?verbose')).text).toMatch(/^\[\+\]ping ok\n\[\+\]etcd ok\n[^]*readyz check passed\n$/);
    expect((await get('/readyz?exclude=etcd&verbose')).text).toContain('[+]etcd excluded: ok');
    expect((await get('/healthz/nothing')).status).toBe(404);
    expect((await server.request('HEAD', '/healthz')).status).toBe(200);
  });

  describe('forms of an answer', () => {
    const path = '/api/v1/namespaces/default';

    it('is indented where a person asks', async () => {
      const plain = (await get(path)).text;
      const pretty = `${JSON.stringify(JSON.parse(plain), undefined, 2)}\n`;
      expect((await get(`${path}?pretty=true`)).text).toBe(pretty);
      expect((await get(path, { 'user-agent': 'curl/8.0' })).text).toBe(pretty);
      expect((await get(`${path}?pretty=0`, { 'user-agent': 'curl/8.0' })).text).toBe(plain);
    });

    it('is YAML where that is asked for', async () => {
      const answer = await get(path, { accept: 'application/yaml' });
      expect(answer.headers['content-type']).toBe('application/yaml');
      expect(answer.text).toMatch(/^apiVersion: v1\nkind: Namespace\nmetadata:\n/);
    });

    it('takes YAML', async () => {
      const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  a: "1"\n  b: |\n    two\n    lines\n';
      const answer = await server.request('POST', `${path}/configmaps`, yaml, { 'content-type': 'application/yaml' });
      expect([answer.status, answer.body.data]).toEqual([201, { a: '1', b: 'two\nlines\n' }]);
    });

    it('is compressed from 128 KiB on', async () => {
      await server.request('POST', `${path}/configmaps`, { metadata: { name: 'large' }, data: { a: 'x'.repeat(200_000) } });
      const gzip = { 'accept-encoding': 'gzip' };
      const large = await get(`${path}/configmaps/large`, gzip);
      expect(large.headers['content-encoding']).toBe('gzip');
      expect(JSON.parse(gunzipSync(large.bytes).toString())).toMatchObject({ metadata: { name: 'large' } });
      expect((await get(`${path}/configmaps/yaml`, gzip)).headers).not.toHaveProperty('content-encoding');
      expect((await get(`${path}/configmaps/large`)).headers).not.toHaveProperty('content-encoding');
    });

    it.each([
      ['text/html', 406],
      ['application/json;as=Nothing;g=meta.k8s.io;v=v1', 406],
      ['application/json;as=Table;g=meta.k8s.io;v=v9', 406],
      ['constructor', 406],
      ['text/html, application/json', 200],
      ['application/json;q=0.5, application/yaml', 200],
      ['*/*', 200],
      ['application/*', 200],
    ])('for Accept: %s is answered with %i', async (accept, code) => {
      const answer = await get(path, { accept });
      expect(answer.status).toBe(code);
      if (code === 406) expect(answer.body.message).toMatch(/^only the following media types are accepted: application\/json, application\/yaml/);
    });

    it('is a table for kubectl get', async () => {
      const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
      const table = await get('/api/v1/namespaces', { accept });
      expect(table.body).toMatchObject({
        kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion: expect.any(String) },
        columnDefinitions: [{ name: 'Name' }, { name: 'Status' }, { name: 'Age' }],
        rows: [{ cells: ['default', 'Active', expect.any(String)], object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' } }],
      });
      expect((await get('/api/v1/namespaces?includeObject=Object', { accept })).body).toMatchObject({ rows: [{ object: { kind: 'Namespace' } }] });
      expect(((await get('/api/v1/namespaces?includeObject=None', { accept })).body as unknown as { rows: object[] }).rows[0]).not.toHaveProperty('object');
      expect((await get('/api/v1/namespaces?includeObject=Some', { accept })).status).toBe(400);
    });

    it('has the forms of the older version for who knows no other', async () => {
      const as = (kind: string): Record<string, string> => ({ accept: `application/json;as=${kind};v=v1beta1;g=meta.k8s.io` });
      const apiVersion = 'meta.k8s.io/v1beta1';
      expect((await get('/api/v1/namespaces', as('Table'))).body).toMatchObject({ kind: 'Table', apiVersion, rows: [{ object: { kind: 'PartialObjectMetadata', apiVersion } }] });
      expect((await get('/api/v1/namespaces', as('PartialObjectMetadataList'))).body).toMatchObject({
        kind: 'PartialObjectMetadataList', apiVersion, items: [{ kind: 'PartialObjectMetadata', apiVersion, metadata: { name: 'default' } }],
      });
      expect((await get('/api/v1/namespaces/default', as('PartialObjectMetadata'))).body).toMatchObject({ kind: 'PartialObjectMetadata', apiVersion });
      // The newer one beside it is another.
      expect((await get('/api/v1/namespaces/default', { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' })).body.apiVersion).toBe('meta.k8s.io/v1');
    });

    it('is metadata only where that is asked for', async () => {
      const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
      const { body } = await get('/api/v1/namespaces', { accept });
      expect(body).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', items: [{ metadata: { name: 'default' } }] });
      expect(body.items[0]).not.toHaveProperty('spec');
    });
  });
});
