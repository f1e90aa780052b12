import type { ManagedFieldsEntry } from '@typekube/apimachinery';
import { type Answer, TestServer } from '../testing';

const MAPS = '/api/v1/namespaces/default/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const TEMPLATE = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const entriesOf = ({ body }: Answer): ManagedFieldsEntry[] => body.metadata.managedFields ?? [];
const ownersOf = (answer: Answer): Record<string, unknown> =>
  Object.fromEntries(entriesOf(answer).map(({ manager, operation, subresource, fieldsV1 }) => [[operation, manager, subresource].filter(Boolean).join(' '), fieldsV1]));

interface Data {
  readonly data?: Record<string, string>;
}
const dataOf = ({ body }: Answer): Data['data'] => (body as Data).data;

describe('server-side apply', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());

  const send = (path: string, config: unknown, query: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    server.request('PATCH', path + query, config, { 'content-type': 'application/apply-patch+yaml', ...headers });
  const map = (name: string, data?: object, metadata: object = {}): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, ...(data && { data }) });
  const apply = (name: string, data: object | undefined, query = '?fieldManager=a'): Promise<Answer> => send(`${MAPS}/${name}`, map(name, data), query);
  const deployment = (name: string, spec: object): object => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec });
  const get = (path: string): Promise<Answer> => server.request('GET', path);

  it('creates what is not there, and changes what is', async () => {
    const created = await apply('new', { a: '1' });
    expect([created.status, dataOf(created), ownersOf(created)]).toEqual([201, { a: '1' }, { 'Apply a': { 'f:data': { 'f:a': {} } } }]);
    const changed = await apply('new', { a: '2', b: '1' });
    expect([changed.status, dataOf(changed)]).toEqual([200, { a: '2', b: '1' }]);
  });

  it('takes YAML', async () => {
    const answer = await send(`${MAPS}/yaml`, 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  a: "1"\n', '?fieldManager=a');
    expect([answer.status, dataOf(answer)]).toEqual([201, { a: '1' }]);
  });

  it('changes nothing by what is so already', async () => {
    const first = await apply('noop', { a: '1' });
    const second = await apply('noop', { a: '1' });
    expect([second.status, second.body]).toEqual([200, first.body]);
  });

  it('removes what it has applied before, unless others have too', async () => {
    await apply('drop', { mine: '1', shared: '1' });
    await apply('drop', { shared: '1', theirs: '1' }, '?fieldManager=b');
    const answer = await apply('drop', {});
    expect([dataOf(answer), ownersOf(answer)]).toEqual([{ shared: '1', theirs: '1' }, { 'Apply a': { 'f:data': {} }, 'Apply b': { 'f:data': { 'f:shared': {}, 'f:theirs': {} } } }]);
  });

  it('leaves alone what updaters have set', async () => {
    await apply('kept', { a: '1' });
    await server.patch(`${MAPS}/kept?fieldManager=u`, 'merge', { data: { u: '1' } });
    expect(dataOf(await apply('kept', undefined))).toEqual({ u: '1' });
  });

  it('conflicts with who manages a field with another value, says where, and takes it if it may', async () => {
    await apply('fight', { a: '1', b: '1' });
    await server.patch(`${MAPS}/fight?fieldManager=u`, 'merge', { data: { b: '2' } });
    const answer = await apply('fight', { a: '9', b: '9' }, '?fieldManager=c');
    expect([answer.status, answer.body]).toEqual([
      409,
      {
        kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Conflict', code: 409,
        message: 'Apply failed with 2 conflicts: conflicts with "a":\n- .data.a\nconflicts with "u" using v1:\n- .data.b',
        details: {
          causes: [
            { reason: 'FieldManagerConflict', message: 'conflict with "a"', field: '.data.a' },
            { reason: 'FieldManagerConflict', message: 'conflict with "u" using v1', field: '.data.b' },
          ],
        },
      },
    ]);
    const one = await apply('fight', { a: '9' }, '?fieldManager=c');
    expect((one.body as unknown as { message: string }).message).toBe('Apply failed with 1 conflict: conflict with "a": .data.a');
    const forced = await apply('fight', { a: '9' }, '?fieldManager=c&force=true');
    expect([forced.status, ownersOf(forced)['Apply c'], ownersOf(forced)['Apply a']]).toEqual([200, { 'f:data': { 'f:a': {} } }, undefined]);
  });

  it('shares a field with who wants the same', async () => {
    await apply('share', { a: '1' });
    const answer = await apply('share', { a: '1' }, '?fieldManager=b');
    expect(ownersOf(answer)).toEqual({ 'Apply a': { 'f:data': { 'f:a': {} } }, 'Apply b': { 'f:data': { 'f:a': {} } } });
  });

  it.each<[string, string, unknown, string, number, string | RegExp]>([
    ['without a manager', 'x', { a: '1' }, '', 422, 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch'],
    ['of another kind', 'x', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } }, '?fieldManager=a', 400, 'invalid object type: /v1, Kind=Secret'],
    ['of no kind', 'x', 'null', '?fieldManager=a', 400, 'invalid object type: /, Kind='],
    ['that is no object', 'x', '[]', '?fieldManager=a', 400, 'error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['of broken text', 'x', '{"a": ', '?fieldManager=a', 400, /^error decoding YAML: /],
    ['with managed fields', 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', managedFields: [] } }, '?fieldManager=a', 400, 'metadata.managedFields must be nil'],
    ['with a field that there is not', 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'default' }, dta: {} }, '?fieldManager=a', 500, 'failed to create typed patch object (default/x; /v1, Kind=ConfigMap): .dta: field not declared in schema'],
    ['of another name', 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'y' } }, '?fieldManager=a', 400, 'the name of the object (y) does not match the name on the URL (x)'],
    ['of another namespace', 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'y' } }, '?fieldManager=a', 400, 'the namespace of the provided object does not match the namespace sent on the request'],
    ['of a uid that there is not', 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', uid: 'u' } }, '?fieldManager=a', 409, /uid mismatch: the provided object specified uid u, and no existing object was found$/],
    ['with doubtful text, strictly', 'x', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\nmetadata: {name: x}\n', '?fieldManager=a&fieldValidation=Strict', 400, 'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 4: key "metadata" already set in map'],
    ['that is not valid', 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { 'a b': '' } }, '?fieldManager=a', 422, /^ConfigMap "x" is invalid: data\[a b\]: Invalid value/],
  ])('refuses a configuration %s', async (_what, name, config, query, code, message) => {
    const answer = await send(`${MAPS}/${name}`, config, query);
    expect(answer.status).toBe(code);
    expect((answer.body as unknown as { message: string }).message).toMatch(typeof message === 'string' ? new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`) : message);
    expect((await get(`${MAPS}/${name}`)).status).toBe(404);
  });

  it('may be forced only where it is one, and CBOR is not taken', async () => {
    const { status, body } = await server.patch(`${MAPS}/new?force=true`, 'merge', {});
    expect([status, (body as unknown as { message: string }).message]).toEqual([422, 'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch']);
    const cbor = await server.request('PATCH', `${MAPS}/new?fieldManager=a`, 'x', { 'content-type': 'application/apply-patch+cbor' });
    expect(cbor.status).toBe(415);
  });

  it('answers in the form that is asked for', async () => {
    const table = await send(`${MAPS}/form`, map('form', { a: '1' }), '?fieldManager=a', { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    expect([table.status, (table.body as unknown as { kind: string }).kind]).toEqual([201, 'Table']);
    const proto = await send(`${MAPS}/form`, map('form', { a: '2' }), '?fieldManager=a', { accept: 'application/vnd.kubernetes.protobuf' });
    expect([proto.status, proto.headers['content-type']]).toEqual([200, 'application/vnd.kubernetes.protobuf']);
  });

  it('can be tried without effect', async () => {
    const tried = await apply('dry', { a: '1' }, '?fieldManager=a&dryRun=All');
    expect([tried.status, dataOf(tried)]).toEqual([201, { a: '1' }]);
    expect((await get(`${MAPS}/dry`)).status).toBe(404);
  });

  it('of a status makes no object, and has only the status', async () => {
    const status = { conditions: [{ type: 'Available', status: 'True', reason: 'R', message: 'm' }] };
    const config = { ...deployment('st', { replicas: 7, selector: { matchLabels: { app: 'x' } }, template: TEMPLATE }), status };
    const missing = await send(`${DEPLOYMENTS}/st/status`, config, '?fieldManager=c');
    expect(missing.status).toBe(404);
    await send(`${DEPLOYMENTS}/st`, deployment('st', { selector: { matchLabels: { app: 'x' } }, template: TEMPLATE }), '?fieldManager=a');
    const answer = await send(`${DEPLOYMENTS}/st/status`, config, '?fieldManager=c');
    expect([answer.status, (answer.body as unknown as { spec: { replicas: number } }).spec.replicas]).toEqual([200, 1]);
    expect(ownersOf(answer)['Apply c status']).toEqual({
      'f:status': { 'f:conditions': { 'k:{"type":"Available"}': { '.': {}, 'f:message': {}, 'f:reason': {}, 'f:status': {}, 'f:type': {} } } },
    });
  });

  it('of a scale manages the replicas of what is scaled', async () => {
    const spec = { replicas: 2, selector: { matchLabels: { app: 'x' } }, template: TEMPLATE };
    await send(`${DEPLOYMENTS}/sc`, deployment('sc', spec), '?fieldManager=a');
    const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'sc' }, spec: { replicas: 5 } };
    const refused = await send(`${DEPLOYMENTS}/sc/scale`, scale, '?fieldManager=s');
    expect([refused.status, (refused.body as unknown as { message: string }).message]).toEqual([409, 'Apply failed with 1 conflict: conflict with "a": .spec.replicas']);
    const forced = await send(`${DEPLOYMENTS}/sc/scale`, scale, '?fieldManager=s&force=true');
    expect([forced.status, (forced.body as unknown as { spec: object }).spec]).toEqual([200, { replicas: 5 }]);
    const owners = ownersOf(await get(`${DEPLOYMENTS}/sc`));
    expect([owners['Apply s scale'], JSON.stringify(owners['Apply a']).includes('f:replicas')]).toEqual([{ 'f:spec': { 'f:replicas': {} } }, false]);
  });

  it('takes over from who was there before anybody was tracked', async () => {
    const { body } = await server.request('POST', MAPS, map('untracked', { a: '1', b: '1' }));
    await server.request('PUT', `${MAPS}/untracked`, { ...body, metadata: { ...body.metadata, managedFields: [{}] } });
    const refused = await apply('untracked', { a: '2' });
    expect((refused.body as unknown as { message: string }).message).toBe('Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a');
    const answer = await apply('untracked', { a: '1' });
    expect(ownersOf(answer)).toEqual({ 'Apply a': { 'f:data': { 'f:a': {} } }, 'Update before-first-apply': { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } } });
  });

  it('as kubectl takes over from its client-side apply, and keeps its annotation', async () => {
    const config = map('migrated', { a: '1', b: '1' });
    const annotations = { [LAST_APPLIED]: JSON.stringify(config) };
    await server.request('POST', `${MAPS}?fieldManager=kubectl-client-side-apply`, map('migrated', { a: '1', b: '1' }, { annotations }));
    const refused = await apply('migrated', { a: '2', b: '1' }, '?fieldManager=other');
    expect(refused.status).toBe(409);
    const answer = await apply('migrated', { a: '2', b: '1' }, '?fieldManager=kubectl');
    expect([answer.status, dataOf(answer)]).toEqual([200, { a: '2', b: '1' }]);
    expect(JSON.parse(answer.body.metadata.annotations![LAST_APPLIED]!)).toEqual({ ...map('migrated', { a: '2', b: '1' }) });
    // What somebody else has changed since is theirs.
    await server.patch(`${MAPS}/migrated?fieldManager=u`, 'merge', { data: { b: '5' } });
    const again = await apply('migrated', { a: '3', b: '1' }, '?fieldManager=kubectl');
    expect((again.body as unknown as { message: string }).message).toBe('Apply failed with 1 conflict: conflict with "u" using v1: .data.b');
  });

  it('merges lists by their keys', async () => {
    const container = (name: string, more: object = {}): object => ({ name, image: 'i', ...more });
    const spec = (containers: object[]): object => ({ selector: { matchLabels: { app: 'x' } }, template: { ...TEMPLATE, spec: { containers } } });
    await send(`${DEPLOYMENTS}/lists`, deployment('lists', spec([container('one'), container('two')])), '?fieldManager=a');
    const sidecar = await send(`${DEPLOYMENTS}/lists`, { ...deployment('lists', { template: { spec: { containers: [container('side')] } } }) }, '?fieldManager=b');
    const names = (answer: Answer): string[] => (answer.body as unknown as { spec: { template: { spec: { containers: { name: string }[] } } } }).spec.template.spec.containers.map(({ name }) => name);
    expect([sidecar.status, names(sidecar)]).toEqual([200, ['one', 'two', 'side']]);
    const less = await send(`${DEPLOYMENTS}/lists`, deployment('lists', spec([container('two')])), '?fieldManager=a');
    expect(names(less)).toEqual(['two', 'side']);
  });

  it('needs a precondition to hold', async () => {
    const { body } = await apply('pre', { a: '1' });
    const { uid, resourceVersion } = body.metadata;
    await server.patch(`${MAPS}/pre?fieldManager=u`, 'merge', { data: { u: '1' } });
    const stale = await send(`${MAPS}/pre`, map('pre', { a: '2' }, { resourceVersion }), '?fieldManager=a');
    expect(stale.status).toBe(409);
    const other = await send(`${MAPS}/pre`, map('pre', { a: '2' }, { uid: 'other' }), '?fieldManager=a');
    expect(other.status).toBe(422);
    const same = await send(`${MAPS}/pre`, map('pre', { a: '2' }, { uid }), '?fieldManager=a');
    expect(same.status).toBe(200);
  });

  it('of many at once to one object loses nothing', async () => {
    const managers = Array.from({ length: 12 }, (_, i) => `m${i}`);
    const answers = await Promise.all(managers.map((manager) => apply('race', { [manager]: '1' }, `?fieldManager=${manager}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(11).fill(200), 201]);
    const last = await get(`${MAPS}/race`);
    expect([Object.keys(dataOf(last) ?? {}).sort(), entriesOf(last).length]).toEqual([[...managers].sort(), 12]);
  });
});

describe('server-side apply with others', () => {
  const WIDGETS = (version: string): string => `/apis/example.com/${version}/namespaces/default/widgets`;
  const headers = { 'content-type': 'application/apply-patch+yaml' };

  it('needs the right to create for what it creates, and no more for what is there', async () => {
    const isCreating = ({ user, verb }: { user: { name: string }; verb: string }): boolean => user.name === 'patcher' && verb === 'create';
    await using server = await TestServer.start({
      tokens: { patcher: { name: 'patcher', groups: [] } },
      authorizer: { authorize: (attributes) => ({ decision: isCreating(attributes) ? 'NoOpinion' : 'Allow', reason: '' }) },
    });
    const patcher = server.client({ token: 'patcher' });
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { a: '1' } };
    const apply = (): Promise<Answer> => patcher.http1({ method: 'PATCH', path: `${MAPS}/x?fieldManager=a`, body, headers });
    const refused = await apply();
    expect([refused.status, (refused.body as unknown as { message: string }).message]).toEqual([
      403, 'configmaps "x" is forbidden: User "patcher" cannot create resource "configmaps" in API group "" in the namespace "default"',
    ]);
    await server.request('POST', MAPS, body);
    expect((await apply()).status).toBe(200);
  });

  it('sees fields of custom resources in the version in which they were applied', async () => {
    await using server = await TestServer.start();
    const spec = { type: 'object', properties: { size: { type: 'integer' }, tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } } } };
    const version = (name: string, storage: boolean): object => ({ name, served: true, storage, schema: { openAPIV3Schema: { type: 'object', properties: { spec } } }, subresources: { scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' } } });
    await server.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      metadata: { name: 'widgets.example.com' },
      spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'widgets', kind: 'Widget' }, versions: [version('v1', true), version('v2', false)] },
    });
    const apply = (name: string, spec: object, manager: string): Promise<Answer> =>
      server.request('PATCH', `${WIDGETS(name)}/w?fieldManager=${manager}`, { apiVersion: `example.com/${name}`, kind: 'Widget', metadata: { name: 'w' }, spec }, headers);
    expect((await apply('v2', { size: 1, tags: ['a'] }, 'one')).status).toBe(201);
    const refused = await apply('v1', { size: 2 }, 'two');
    expect((refused.body as unknown as { message: string }).message).toBe('Apply failed with 1 conflict: conflict with "one": .spec.size');
    const shared = await apply('v1', { size: 1, tags: ['b'] }, 'two');
    expect(ownersOf(shared)).toEqual({
      'Apply one': { 'f:spec': { 'f:size': {}, 'f:tags': { 'v:"a"': {} } } },
      'Apply two': { 'f:spec': { 'f:size': {}, 'f:tags': { 'v:"b"': {} } } },
    });
    // What was applied in one version and is not any more in another goes, too.
    const less = await apply('v1', { tags: ['c'] }, 'one');
    expect((less.body as unknown as { spec: object }).spec).toEqual({ size: 1, tags: ['b', 'c'] });
    expect(entriesOf(less).map(({ manager, apiVersion }) => [manager, apiVersion])).toEqual([['one', 'example.com/v1'], ['two', 'example.com/v1']]);
    await server.patch(`${WIDGETS('v1')}/w/scale?fieldManager=scaler`, 'merge', { spec: { replicas: 5 } });
    expect(ownersOf(await server.request('GET', `${WIDGETS('v1')}/w`))).toMatchObject({ 'Update scaler scale': { 'f:spec': { 'f:size': {} } }, 'Apply two': { 'f:spec': { 'f:tags': { 'v:"b"': {} } } } });
  });

  it('is admitted as what it becomes, and outlives what admission does to managed fields', async () => {
    const seen: string[] = [];
    await using server = await TestServer.start({
      admission: () => [
        {
          name: 'Spoiler',
          handles: ({ resource }) => resource.groupResource.resource === 'configmaps',
          admit({ operation, object, options }) {
            seen.push(`${operation} ${(options() as { kind: string }).kind}`);
            object!.metadata.labels = { admitted: 'yes' };
            object!.metadata.managedFields = [{ manager: 'x', operation: 'Look' }];
          },
        },
      ],
    });
    const apply = (data: object): Promise<Answer> =>
      server.request('PATCH', `${MAPS}/x?fieldManager=a`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data }, headers);
    const created = await apply({ a: '1' });
    const changed = await apply({ a: '2' });
    expect(seen).toEqual(['CREATE CreateOptions', 'UPDATE UpdateOptions']);
    expect([created, changed].map((answer) => [answer.status, ownersOf(answer), answer.body.metadata.labels])).toEqual([
      [201, { 'Apply a': { 'f:data': { 'f:a': {} } } }, { admitted: 'yes' }],
      [200, { 'Apply a': { 'f:data': { 'f:a': {} } } }, { admitted: 'yes' }],
    ]);
    expect(String(created.headers['warning'])).toContain('.metadata.managedFields was in an invalid state after admission');
  });
});
