import { generateKeyPairSync } from 'node:crypto';
import { readSigningKey } from '@typekube/component-base';
import { tokenIssuer } from '../authn/service-account/issuer';
import { TestServer, type TestServerOptions } from '../testing';
import { Auditor } from './auditor';
import { annotateLatency } from './latency';
import { parsePolicy } from './policy';
import { Collected } from './testing/events';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

async function start(rules: string, options: TestServerOptions = {}): Promise<{ server: TestServer; log: Collected }> {
  const log = new Collected();
  const policy = await parsePolicy(`apiVersion: audit.k8s.io/v1\nkind: Policy\n${rules}`);
  const tokens = { ann: { name: 'ann', uid: '7', groups: ['team'], extra: { a: ['b'] } } };
  const server = await TestServer.start({ auditor: new Auditor(policy, [log]), tokens, ...options });
  return { server, log };
}

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

describe('auditing', () => {
  it('records metadata as upstream does', async () => {
    const { server, log } = await start('rules: [{level: Metadata}]');
    await using _server = server;
    const ann = server.client({ token: 'ann' });
    const answer = await ann.http1({ method: 'POST', path: CONFIG_MAPS, body: { metadata: { name: 'secretive' }, data: { password: 'hunter2' } }, headers: { 'user-agent': 'tester/1', 'x-forwarded-for': '10.1.2.3, nonsense' } });
    expect(answer.status).toBe(201);
    const [received, complete] = await log.of(CONFIG_MAPS);
    const common = {
      kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'Metadata', auditID: answer.headers['audit-id'], requestURI: CONFIG_MAPS, verb: 'create',
      user: { username: 'ann', uid: '7', groups: ['team', 'system:authenticated'], extra: { a: ['b'] } },
      sourceIPs: ['10.1.2.3', '127.0.0.1'], userAgent: 'tester/1', requestReceivedTimestamp: TIME, stageTimestamp: TIME,
    };
    expect(received).toEqual({ ...common, stage: 'RequestReceived', objectRef: { resource: 'configmaps', namespace: 'default', apiVersion: 'v1' } });
    expect(complete).toEqual({
      ...common,
      stage: 'ResponseComplete',
      objectRef: { resource: 'configmaps', namespace: 'default', name: 'secretive', apiVersion: 'v1' },
      responseStatus: { metadata: {}, code: 201 },
      annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
    });
    expect(log.events.map(({ json }) => json).join()).not.toContain('hunter2');
  });

  it('records bodies only as far as asked', async () => {
    const { server, log } = await start('rules: [{level: Request, verbs: [create, patch]}, {level: RequestResponse, verbs: [get, list]}, {level: None}]');
    await using _server = server;
    await server.request('POST', CONFIG_MAPS, { metadata: { name: 'a' }, data: { k: 'v' } });
    const [, created] = await log.of(CONFIG_MAPS);
    expect(created?.['requestObject']).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' }, data: { k: 'v' } });
    expect(created).not.toHaveProperty('responseObject');
    await server.patch(`${CONFIG_MAPS}/a`, 'merge', { data: { k: 'w' } });
    const [, patched] = await log.of(`${CONFIG_MAPS}/a`);
    expect(patched?.['requestObject']).toEqual({ data: { k: 'w' } });
    for (const accept of ['application/json', 'application/vnd.kubernetes.protobuf']) {
      const uri = `${CONFIG_MAPS}?accept=${accept.length}`;
      expect((await server.request('GET', uri, undefined, { accept })).status).toBe(200);
      expect((await log.of(uri))[1]?.['responseObject']).toMatchObject({ kind: 'ConfigMapList', items: [{ data: { k: 'w' } }] });
    }
    await server.request('DELETE', `${CONFIG_MAPS}/a`);
    expect(log.events.some(({ json }) => json.includes('"verb":"delete"'))).toBe(false);
  });

  it('records refusals: with their status, of who may not, of who is unknown', async () => {
    const { server, log } = await start('rules: [{level: RequestResponse}]', {
      authorizer: { authorize: ({ resource }) => (resource === 'secrets' ? { decision: 'NoOpinion', reason: 'no rule' } : { decision: 'Allow', reason: 'rule' }) },
    });
    await using _server = server;
    await server.request('GET', '/api/v1/namespaces/default/configmaps/none');
    const [, missing] = await log.of('/api/v1/namespaces/default/configmaps/none');
    expect(missing?.['responseStatus']).toEqual({
      metadata: {}, status: 'Failure', message: 'configmaps "none" not found', reason: 'NotFound', details: { name: 'none', kind: 'configmaps' }, code: 404,
    });
    expect(missing?.['responseObject']).toMatchObject({ kind: 'Status', code: 404 });
    await server.request('GET', '/api/v1/secrets');
    expect((await log.of('/api/v1/secrets'))[1]).toMatchObject({
      responseStatus: { reason: 'Forbidden', code: 403 },
      annotations: { 'authorization.k8s.io/decision': 'forbid', 'authorization.k8s.io/reason': 'no rule' },
    });
    await server.client({ token: 'stolen-token' }).http1({ method: 'GET', path: '/api/v1/nodes' });
    const refused = await log.of('/api/v1/nodes', 'ResponseStarted');
    expect(refused).toEqual([expect.objectContaining({
      stage: 'ResponseStarted', user: {}, responseStatus: { metadata: {}, status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401 },
    })]);
    expect(log.events.map(({ json }) => json).join()).not.toContain('stolen-token');
  });

  it('records who has authenticated beside whom he acts as', async () => {
    const { server, log } = await start('rules: [{level: Metadata, users: [admin]}]');
    await using _server = server;
    await server.request('GET', '/api/v1/nodes', undefined, { 'impersonate-user': 'bob' });
    const [received, complete] = await log.of('/api/v1/nodes');
    expect(received).not.toHaveProperty('impersonatedUser');
    expect(complete).toMatchObject({
      user: { username: 'admin' },
      impersonatedUser: { username: 'bob', groups: ['system:authenticated'] },
      authenticationMetadata: { impersonationConstraint: 'impersonate:user-info' },
    });
  });

  it('records when a watch begins and when it ends', async () => {
    const { server, log } = await start('omitStages: [RequestReceived]\nrules: [{level: Metadata, verbs: [watch]}]');
    await using _server = server;
    const watch = await server.watch(CONFIG_MAPS);
    const uri = `${CONFIG_MAPS}?watch=true`;
    expect((await log.of(uri, 'ResponseStarted')).map(({ stage }) => stage)).toEqual(['ResponseStarted']);
    watch.close();
    const events = await log.of(uri);
    expect(events.map(({ stage, responseStatus }) => [stage, responseStatus])).toEqual([
      ['ResponseStarted', { metadata: {}, code: 200 }], ['ResponseComplete', { metadata: {}, code: 200 }],
    ]);
  });

  it('leaves managed fields out where asked', async () => {
    const { server, log } = await start('omitManagedFields: true\nrules: [{level: RequestResponse, verbs: [create]}]');
    await using _server = server;
    const managedFields = [{ manager: 'x', operation: 'Update', apiVersion: 'v1', time: '2024-01-01T00:00:00Z', fieldsType: 'FieldsV1', fieldsV1: {} }];
    await server.request('POST', CONFIG_MAPS, { metadata: { name: 'a', managedFields } });
    const [, created] = await log.of(CONFIG_MAPS);
    expect(created?.['requestObject']).not.toHaveProperty('metadata.managedFields');
    expect(created?.['responseObject']).not.toHaveProperty('metadata.managedFields');
  });

  it.each<[string, string, string, object]>([
    ['bindings', 'POST', '/api/v1/namespaces/default/pods/p/binding', { target: { name: 'n' } }],
    ['evictions', 'POST', '/api/v1/namespaces/default/pods/p/eviction', { metadata: { name: 'p' }, deleteOptions: { gracePeriodSeconds: 3 } }],
    ['token requests', 'POST', '/api/v1/namespaces/default/serviceaccounts/a/token', { spec: { audiences: ['x'] } }],
    ['reviews', 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { spec: { nonResourceAttributes: { path: '/x', verb: 'get' } } }],
    ['scales', 'PUT', '/apis/apps/v1/namespaces/default/deployments/d/scale', { metadata: { name: 'd' }, spec: { replicas: 3 } }],
  ])('records what is asked by %s, and what is answered in protobuf', async (_what, method, path, body) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
    const issuer = tokenIssuer({ issuer: 'i', key: readSigningKey(privateKey, 'key'), apiAudiences: ['i'], maxExpirationSeconds: undefined, extendsExpiration: false });
    const { server, log } = await start('rules: [{level: RequestResponse}]', { tokenIssuer: issuer });
    await using _server = server;
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    await server.request('POST', '/api/v1/namespaces/default/pods', { ...template, metadata: { name: 'p' } });
    await server.request('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'a' } });
    await server.request('POST', '/apis/apps/v1/namespaces/default/deployments', { metadata: { name: 'd' }, spec: { selector: { matchLabels: { a: 'b' } }, template } });
    const { status } = await server.client().http1({ method, path, body, headers: { accept: 'application/vnd.kubernetes.protobuf' } });
    const [, asked] = await log.of(path);
    expect(asked).toMatchObject({ requestObject: body, responseObject: { kind: expect.any(String) }, responseStatus: { code: status } });
    expect(status).toBeLessThan(300);
  });

  it('leaves managed fields out of tables, too', async () => {
    const { server, log } = await start('omitManagedFields: true\nrules: [{level: RequestResponse, verbs: [list]}]');
    await using _server = server;
    await server.request('POST', CONFIG_MAPS, { metadata: { name: 'a' }, data: { k: 'v' } });
    const { body } = await server.request('GET', CONFIG_MAPS, undefined, { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' });
    expect(JSON.stringify(body)).toContain('managedFields');
    const [, listed] = await log.of(CONFIG_MAPS);
    expect(listed?.['responseObject']).toMatchObject({ kind: 'Table', rows: [{ object: { metadata: { name: 'a' } } }] });
    expect(JSON.stringify(listed)).not.toContain('managedFields');
  });

  it('lets nobody change what has been noted before', async () => {
    const { server, log } = await start('rules: [{level: Metadata, verbs: [create]}]', {
      admission: () => [
        {
          name: 'forging',
          handles: ({ operation }) => operation === 'CREATE',
          validate: ({ annotate }) => {
            annotate('authorization.k8s.io/decision', 'forbid');
            annotate('a.b.c/own', '1');
          },
        },
      ],
    });
    await using _server = server;
    await server.request('POST', CONFIG_MAPS, { metadata: { name: 'a' } });
    const [, created] = await log.of(CONFIG_MAPS);
    expect(created?.['annotations']).toMatchObject({ 'authorization.k8s.io/decision': 'allow', 'a.b.c/own': '1' });
  });

  it('says of a request that comes that it came when it was received', async () => {
    const { server, log } = await start('rules: [{level: Metadata}]');
    await using _server = server;
    await server.request('GET', CONFIG_MAPS);
    const [received, complete] = await log.of(CONFIG_MAPS);
    expect(received?.['stageTimestamp']).toBe(received?.['requestReceivedTimestamp']);
    expect(String(complete?.['stageTimestamp']) >= String(received?.['stageTimestamp'])).toBe(true);
  });

  it('refuses a request whose event must be kept and cannot be', async () => {
    const { server, log } = await start('rules: [{level: Metadata}]');
    await using _server = server;
    log.isWilling = false;
    const answer = await server.request('POST', CONFIG_MAPS, { metadata: { name: 'a' } });
    expect([answer.status, answer.body.message]).toEqual([500, 'Internal error occurred: failed to store audit event']);
    log.isWilling = true;
    expect((await server.request('GET', `${CONFIG_MAPS}/a`)).status).toBe(404);
  });
});

describe('what audit tells of trouble', () => {
  it('records a handler that fails as a panic, with what the client is not told', async () => {
    const { server, log } = await start('rules: [{level: Metadata}]', {
      authorizer: { authorize: () => { throw new TypeError('x is undefined'); } },
    });
    await using _server = server;
    const answer = await server.request('GET', '/broken');
    expect([answer.status, answer.text.includes('x is undefined')]).toEqual([500, false]);
    const [, panic, ...others] = await log.of('/broken', 'Panic');
    expect(panic).toMatchObject({
      stage: 'Panic',
      responseStatus: { status: 'Failure', reason: 'InternalError', message: "APIServer panic'd: x is undefined", code: 500 },
    });
    expect(others).toEqual([]);
  });

  it.each([
    [500, {}],
    [1500, { 'apiserver.latency.k8s.io/total': '1.5s', 'apiserver.latency.k8s.io/mutating-webhook': '700.5ms' }],
  ])('notes where a request of %d ms has waited', (total, expected) => {
    const notes: Record<string, string> = {};
    const record = { annotate: (key: string, value: string) => void (notes[key] = value) };
    annotateLatency(record, { latencies: new Map([['mutating-webhook', 700.5]]), receivedAt: 1000 }, 1000 + total);
    expect(notes).toEqual(expected);
  });
});
