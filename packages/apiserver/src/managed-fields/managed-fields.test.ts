import type { ManagedFieldsEntry } from '@typekube/apimachinery';
import { type Answer, TestServer } from '../testing';

const MAPS = '/api/v1/namespaces/default/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const PODS = '/api/v1/namespaces/default/pods';
const SCALERS = (version: string): string => `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers`;

const TEMPLATE = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80 }] }] } };

/** What an entry says, without its time. */
function shown({ time: _time, fieldsType: _type, ...entry }: ManagedFieldsEntry): object {
  return entry;
}

const entriesOf = ({ body }: Answer): ManagedFieldsEntry[] => body.metadata.managedFields ?? [];
const managersOf = (answer: Answer): object[] => entriesOf(answer).map(shown);

describe('managed fields', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());

  const create = (path: string, object: object, query = '?fieldManager=maker'): Promise<Answer> => server.request('POST', path + query, object);
  const merge = (path: string, patch: object, query = '?fieldManager=patcher'): Promise<Answer> => server.patch(path + query, 'merge', patch);
  const get = (path: string): Promise<Answer> => server.request('GET', path);

  it.each([
    ['?fieldManager=me', 'prog/1', 'me'],
    ['', 'kubectl/v1.36.0 (linux/amd64) kubernetes/abc', 'kubectl'],
    ['', 'Go-http-client', 'Go-http-client'],
    ['', `${Buffer.from('é'.repeat(100)).toString('latin1')}/1`, 'é'.repeat(64)],
    ['', '', 'unknown'],
  ])('are of the manager that %j and the user agent %j name', async (query, agent, manager) => {
    const answer = await server.request('POST', MAPS + query, { metadata: { generateName: 'named-' }, data: { a: 'b' } }, { 'user-agent': agent });
    expect(entriesOf(answer)).toEqual([
      { manager, operation: 'Update', apiVersion: 'v1', time: answer.body.metadata.creationTimestamp, fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { '.': {}, 'f:a': {} }, 'f:metadata': { 'f:generateName': {} } } },
    ]);
  });

  it('of a deployment are those of upstream, defaults included and its status not', async () => {
    const metadata = { name: 'd', labels: { app: 'x' }, annotations: { n: '1' } };
    const answer = await create(DEPLOYMENTS, { metadata, spec: { replicas: 2, selector: { matchLabels: { app: 'x' } }, template: TEMPLATE }, status: { replicas: 9 } });
    expect(JSON.stringify(entriesOf(answer)[0]?.fieldsV1)).toBe(
      '{"f:metadata":{"f:annotations":{".":{},"f:n":{}},"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:progressDeadlineSeconds":{},"f:replicas":{},' +
        '"f:revisionHistoryLimit":{},"f:selector":{},"f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},"f:maxUnavailable":{}},"f:type":{}},' +
        '"f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:containers":{"k:{\\"name\\":\\"c\\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},' +
        '"f:name":{},"f:ports":{".":{},"k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:containerPort":{},"f:protocol":{}}},"f:resources":{},' +
        '"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},' +
        '"f:terminationGracePeriodSeconds":{}}}}}',
    );
  });

  it('go to who changes a value, and are nobody’s once the field is gone', async () => {
    await create(MAPS, { metadata: { name: 'taken' }, data: { a: '1', b: '1', c: '1' } });
    const answer = await merge(`${MAPS}/taken`, { data: { a: '2', b: null } });
    expect(managersOf(answer)).toEqual([
      { manager: 'maker', operation: 'Update', apiVersion: 'v1', fieldsV1: { 'f:data': { '.': {}, 'f:c': {} } } },
      { manager: 'patcher', operation: 'Update', apiVersion: 'v1', fieldsV1: { 'f:data': { 'f:a': {} } } },
    ]);
  });

  it('are as they were after a write that changes nothing', async () => {
    const { body } = await create(MAPS, { metadata: { name: 'same' }, data: { a: '1' } });
    const patched = await merge(`${MAPS}/same`, { data: { a: '1' } });
    const put = await server.request('PUT', `${MAPS}/same?fieldManager=putter`, body);
    expect([patched.body, put.body]).toEqual([body, body]);
  });

  it('of a subresource have its name, and only what it changes', async () => {
    await create(PODS, { metadata: { name: 'p' }, spec: TEMPLATE.spec });
    const answer = await merge(`${PODS}/p/status`, { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'u' }] }, spec: { activeDeadlineSeconds: 5 }, status: { message: 'm' } }, '?fieldManager=kubelet');
    expect(managersOf(answer)[0]).toEqual({ manager: 'kubelet', operation: 'Update', apiVersion: 'v1', subresource: 'status', fieldsV1: { 'f:status': { 'f:message': {} } } });
    const again = await server.request('GET', `${PODS}/p`);
    again.body.metadata.managedFields = [];
    const put = await server.request('PUT', `${PODS}/p/status?fieldManager=kubelet`, again.body);
    expect(managersOf(put)).toEqual(managersOf(answer));
  });

  it('of ephemeral containers are of nothing else', async () => {
    await create(PODS, { metadata: { name: 'eph' }, spec: { ...TEMPLATE.spec, nodeName: 'n' } });
    const path = `${PODS}/eph/ephemeralcontainers?fieldManager=debugger`;
    const answer = await server.patch(path, 'strategic-merge', { metadata: { labels: { a: 'b' } }, spec: { ephemeralContainers: [{ name: 'e', image: 'i' }] } });
    const [entry] = entriesOf(answer).filter(({ manager }) => manager === 'debugger');
    expect(Object.keys(entry?.fieldsV1 ?? {})).toEqual(['f:spec']);
    expect(Object.keys(entry?.fieldsV1?.['f:spec'] as object)).toEqual(['f:ephemeralContainers']);
  });

  it.each([
    ['an empty entry', [{}], true],
    ['an empty list', [], true],
    ['nothing', undefined, false],
    ['what is none', [{ manager: 'x', operation: 'Look' }], false],
    ['fields that are none', [{ manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { bad: {} } }], false],
  ])('given as %s', async (_what, managedFields, areForgotten) => {
    const created = await create(MAPS, { metadata: { generateName: 'given-' }, data: { a: '1' } });
    const { body } = created;
    const managers = managersOf(created);
    const object = { ...body, metadata: { ...body.metadata, managedFields } };
    const answer = await server.request('PUT', `${MAPS}/${body.metadata.name}`, object);
    expect([answer.status, managersOf(answer)]).toEqual([200, areForgotten ? [] : managers]);
    if (!areForgotten) return;
    // Nobody is tracked any more, until somebody applies.
    const after = await merge(`${MAPS}/${body.metadata.name}`, { data: { b: '2' } });
    expect(after.body.metadata).not.toHaveProperty('managedFields');
  });

  it('may be set by who can read them', async () => {
    const { body } = await create(MAPS, { metadata: { name: 'moved' }, data: { a: '1' } });
    const moved = body.metadata.managedFields!.map((entry) => ({ ...entry, manager: 'other' }));
    const answer = await merge(`${MAPS}/moved`, { metadata: { managedFields: moved } });
    expect(managersOf(answer)).toEqual([{ manager: 'other', operation: 'Update', apiVersion: 'v1', fieldsV1: { 'f:data': { '.': {}, 'f:a': {} } } }]);
  });

  it('of more than ten updaters are joined, the oldest first', async () => {
    await create(MAPS, { metadata: { name: 'many' }, data: { all: '1' } }, '?fieldManager=m00');
    for (let i = 1; i < 13; i += 1) {
      const query = `?fieldManager=m${String(i).padStart(2, '0')}`;
      await merge(`${MAPS}/many`, { data: { [`k${i}`]: 'v' } }, query);
    }
    const answer = await get(`${MAPS}/many`);
    const ancient = entriesOf(answer).filter(({ manager }) => manager === 'ancient-changes');
    expect([entriesOf(answer).length, ancient.length]).toEqual([10, 1]);
    const all = new Set(entriesOf(answer).flatMap(({ fieldsV1 }) => Object.keys((fieldsV1?.['f:data'] ?? {}) as object)));
    expect(all.size).toBe(14);
  });

  it('know the number of replicas in the scale', async () => {
    await create(DEPLOYMENTS, { metadata: { name: 'scaled' }, spec: { replicas: 2, selector: { matchLabels: { app: 'x' } }, template: TEMPLATE } });
    const scale = await merge(`${DEPLOYMENTS}/scaled/scale`, { spec: { replicas: 3 } }, '?fieldManager=scaler');
    expect([scale.status, scale.body.metadata.managedFields]).toEqual([200, undefined]);
    const scaled = await get(`${DEPLOYMENTS}/scaled`);
    expect(entriesOf(scaled).find(({ manager }) => manager === 'scaler')).toEqual({
      manager: 'scaler', operation: 'Update', apiVersion: 'apps/v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': { 'f:replicas': {} } }, subresource: 'scale',
    });
    expect(JSON.stringify(entriesOf(scaled).find(({ manager }) => manager === 'maker'))).not.toContain('f:replicas');
    // Who sets it in the object has it back.
    const set = await merge(`${DEPLOYMENTS}/scaled`, { spec: { replicas: 4 } }, '?fieldManager=maker');
    expect(entriesOf(set).map(({ manager }) => manager)).toEqual(['maker']);
    expect(JSON.stringify(entriesOf(set))).toContain('f:replicas');
    // A scale that changes nothing leaves them alone.
    await merge(`${DEPLOYMENTS}/scaled/scale`, { spec: { replicas: 4 } }, '?fieldManager=scaler');
    expect((await get(`${DEPLOYMENTS}/scaled`)).body).toEqual(set.body);
  });

  it('of several versions are compared each in its own', async () => {
    const target = { scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' }, maxReplicas: 5 };
    await create(SCALERS('v1'), { metadata: { name: 'h' }, spec: { ...target, targetCPUUtilizationPercentage: 50 } }, '?fieldManager=one');
    const changed = await merge(`${SCALERS('v2')}/h`, { spec: { metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }] } }, '?fieldManager=two');
    expect(managersOf(changed)).toEqual([
      { manager: 'one', operation: 'Update', apiVersion: 'autoscaling/v1', fieldsV1: { 'f:spec': { 'f:maxReplicas': {}, 'f:minReplicas': {}, 'f:scaleTargetRef': {} } } },
      { manager: 'two', operation: 'Update', apiVersion: 'autoscaling/v2', fieldsV1: { 'f:spec': { 'f:metrics': {} } } },
    ]);
  });

  it('of versions that nobody knows are forgotten with the next change', async () => {
    const { body } = await create(MAPS, { metadata: { name: 'old' }, data: { a: '1' } });
    const entry = { ...body.metadata.managedFields![0], manager: 'ancient', apiVersion: 'v0' };
    const answer = await merge(`${MAPS}/old`, { metadata: { managedFields: [...body.metadata.managedFields!, entry] }, data: { b: '1' } });
    expect(entriesOf(answer).map(({ manager }) => manager)).toEqual(['maker', 'patcher']);
  });

  it('come with lists, watches and protobuf', async () => {
    const watch = await server.watch(`${MAPS}?fieldSelector=metadata.name%3Dshown`);
    const { body } = await create(MAPS, { metadata: { name: 'shown' }, data: { a: '1' } });
    const [event] = await watch.take(1);
    watch.close();
    const list = await get(`${MAPS}?fieldSelector=metadata.name%3Dshown`);
    const [item] = (list.body as unknown as { items: Answer['body'][] }).items;
    expect([event?.object.metadata, item?.metadata]).toEqual([body.metadata, body.metadata]);
    const proto = await server.request('GET', `${MAPS}/shown`, undefined, { accept: 'application/vnd.kubernetes.protobuf' });
    expect(proto.text).toContain('{"f:data":{".":{},"f:a":{}}}');
  });

  it('do not follow objects that are too deep for them', async () => {
    const depth = 9_000;
    const crd = {
      metadata: { name: 'deeps.example.com' },
      spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'deeps', kind: 'Deep' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }] },
    };
    await server.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd);
    const text = `{"apiVersion":"example.com/v1","kind":"Deep","metadata":{"name":"deep"},"x":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
    const answer = await server.request('POST', '/apis/example.com/v1/namespaces/default/deeps', text, { 'content-type': 'application/json' });
    expect(answer.status).toBeLessThan(500);
  });
});
