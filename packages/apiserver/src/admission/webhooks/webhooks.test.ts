import { MetricsRegistry } from '@typekube/component-base';
import { admissionMetrics } from '../metrics';
import { ADMIN_TOKEN, type Answer, TestServer } from '../../testing';
import { mutatingAdmissionWebhook } from './mutating';
import { WebhookProcess } from './testing/webhook-process';
import { validatingAdmissionWebhook } from './validating';

type Kind = 'mutating' | 'validating';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const MAPS = '/api/v1/namespaces/default/configmaps';
const RULE = { operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] };

let server: TestServer;
let hook: WebhookProcess;
let names = 0;

const registry = new MetricsRegistry();

beforeAll(async () => {
  const observed = { onAuthentication: () => undefined, onAuthorization: () => undefined, admission: admissionMetrics(registry) };
  server = await TestServer.start({ observed, admission: (dependencies) => [mutatingAdmissionWebhook(dependencies), validatingAdmissionWebhook(dependencies)] });
  hook = await WebhookProcess.start({ port: server.port, token: ADMIN_TOKEN });
});

afterAll(async () => {
  await hook[Symbol.asyncDispose]();
  await server.stop();
});

afterEach(async () => {
  for (const kind of ['mutating', 'validating']) await server.request('DELETE', `${GROUP}/${kind}webhookconfigurations`);
  await settled();
});

/** The caches have seen all writes: a read that must see them has been answered. */
async function settled(): Promise<void> {
  for (const kind of ['mutating', 'validating']) await server.request('GET', `${GROUP}/${kind}webhookconfigurations`);
}

interface Options {
  readonly name?: string;
  readonly [field: string]: unknown;
}

async function configure(kind: Kind, answer: string, { name = 'hook', ...webhook }: Options = {}): Promise<Answer> {
  const url = `https://127.0.0.1:${hook.port}/${answer}`;
  const created = await server.request('POST', `${GROUP}/${kind}webhookconfigurations`, {
    metadata: { name },
    webhooks: [
      {
        name: `${name}.example.com`,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        timeoutSeconds: 10,
        clientConfig: { url, caBundle: hook.caBundle },
        rules: [RULE],
        ...webhook,
      },
    ],
  });
  await settled();
  return created;
}

function createMap(more: object = {}, query = ''): Promise<Answer> {
  names += 1;
  return server.request('POST', `${MAPS}${query}`, { metadata: { name: `m${names}` }, ...more });
}

it('applies the patch of a mutating webhook', async () => {
  expect((await configure('mutating', 'label')).headers).not.toHaveProperty('warning');
  const { status, body } = await createMap();
  expect([status, body.metadata.labels]).toEqual([201, { hooked: 'yes' }]);
});

it.each<[string, number, string, string]>([
  ['deny', 418, 'Teapot', 'admission webhook "hook.example.com" denied the request: no'],
  ['deny-silently', 400, '', 'admission webhook "hook.example.com" denied the request without explanation'],
])('answers with the refusal: %s', async (answer, code, reason, message) => {
  await configure('validating', answer);
  const { status, body } = await createMap();
  expect([status, body.reason ?? '', body.message]).toEqual([code, reason, message]);
});

const FAILURES: readonly [string, Kind, RegExp][] = [
  ['hang', 'validating', /^failed to call webhook: Post "https:\/\/127\.0\.0\.1:\d+\/hang\?timeout=1s": context deadline exceeded$/],
  ['garbage', 'validating', /^failed to call webhook: couldn't get version\/kind; json parse error: /],
  ['broken', 'validating', /^failed to call webhook: an error on the server \("out of order"\) has prevented the request from succeeding$/],
  ['nothing-here', 'validating', /^failed to call webhook: the server could not find the requested resource$/],
  ['wrong-uid', 'validating', /^received invalid webhook response: expected response\.uid="[-0-9a-f]{36}", got "other"$/],
  ['empty', 'validating', /^received invalid webhook response: expected webhook response of admission\.k8s\.io\/v1, Kind=AdmissionReview, got , Kind=$/],
  ['label', 'validating', /^received invalid webhook response: validating webhook may not return response\.patch$/],
  ['patch-without-type', 'mutating', /^received invalid webhook response: webhook returned response\.patch but not response\.patchType$/],
  ['allowed-as-text', 'validating', /^received invalid webhook response: response\.allowed is of the wrong type$/],
  ['odd-warnings', 'validating', /^received invalid webhook response: response\.warnings is of the wrong type$/],
  ['odd-status', 'validating', /^received invalid webhook response: response\.message is of the wrong type$/],
  ['giant', 'mutating', /^failed to call webhook: the answer is longer than 8388608 bytes$/],
];

it.each(FAILURES)('fails closed or open, as it is told: %s', async (answer, kind, why) => {
  const timeoutSeconds = answer === 'hang' ? 1 : 10;
  await configure(kind, answer, { timeoutSeconds });
  const { status, body } = await createMap();
  expect([status, body.reason]).toEqual([500, 'InternalError']);
  const prefix = 'Internal error occurred: failed calling webhook "hook.example.com": ';
  expect(body.message).toMatch(prefix);
  expect(body.message?.slice(prefix.length)).toMatch(why);
  await server.request('DELETE', `${GROUP}/${kind}webhookconfigurations`);
  await configure(kind, answer, { timeoutSeconds, failurePolicy: 'Ignore' });
  expect((await createMap()).status).toBe(201);
});

it.each<[string, Kind, string, object, string[]]>([
  ['allow', 'mutating', 'admit', {}, ['webhook_request_total 200 false', 'duration false']],
  ['deny', 'validating', 'validating', {}, ['webhook_rejection_count no_error 418', 'webhook_request_total 418 true', 'duration true']],
  ['broken', 'validating', 'validating', {}, ['webhook_rejection_count calling_webhook_error 500', 'webhook_request_total 500 true', 'duration true']],
  ['garbage', 'mutating', 'admit', {}, ['webhook_rejection_count calling_webhook_error 503', 'webhook_request_total 503 true', 'duration true']],
  ['garbage', 'mutating', 'admit', { failurePolicy: 'Ignore' }, ['webhook_fail_open_count', 'webhook_request_total 503 false', 'duration false']],
  ['wrong-patch', 'mutating', 'admit', {}, ['webhook_rejection_count apiserver_internal_error 0', 'webhook_request_total 0 true', 'duration true']],
])('counts how it went: %s by a %s webhook', async (answer, kind, type, more, expected) => {
  const name = `counted-${answer}-${Object.keys(more).length}`;
  await configure(kind, answer, { name, ...more });
  await createMap();
  const { body } = await registry.expose();
  const lines = body.split('\n').filter((line) => line.includes(`name="${name.toLowerCase()}.example.com",type="${type}"`) && !line.includes('_bucket') && !line.includes('_sum'));
  const brief = lines.map((line) => {
    const metric = line.includes('duration') ? 'duration' : /^apiserver_admission_(\w+)/.exec(line)?.[1];
    const labels = ['error_type', 'rejection_code', 'code', 'rejected'].map((each) => new RegExp(`[,{]${each}="([^"]*)"`).exec(line)?.[1]);
    return [metric, ...labels.filter((value) => value !== undefined)].join(' ');
  });
  expect(brief.sort()).toEqual([...expected].sort());
  expect(lines.every((line) => line.endsWith(' 1'))).toBe(true);
});

it('trusts no other authority', async () => {
  const other = await WebhookProcess.start({ port: 0, token: '' });
  await other[Symbol.asyncDispose]();
  await configure('validating', 'allow', { clientConfig: { url: `https://127.0.0.1:${hook.port}/allow`, caBundle: other.caBundle } });
  const { body } = await createMap();
  expect(body.message).toContain('tls: failed to verify certificate: x509: certificate signed by unknown authority');
});

it('says so where nobody listens', async () => {
  await configure('validating', 'allow', { clientConfig: { url: 'https://127.0.0.1:1/x', caBundle: hook.caBundle } });
  expect((await createMap()).body.message).toContain('dial tcp 127.0.0.1:1: connect: connection refused');
});

it('answers with an internal error for a patch that does not apply, whatever the failure policy', async () => {
  await configure('mutating', 'wrong-patch', { failurePolicy: 'Ignore' });
  expect((await createMap()).status).toBe(500);
});

it('does not blame the client for a patch that makes something unreadable', async () => {
  await configure('mutating', 'odd-data');
  const { status, body } = await createMap();
  expect([status, body.reason]).toEqual([500, 'InternalError']);
  expect(body.message).toContain('cannot unmarshal string into Go struct field ConfigMap.data');
});

it('cuts warnings so that clients can read the answer', async () => {
  await configure('validating', 'many-warnings', { rules: [{ ...RULE, operations: ['CREATE'] }] });
  const { status, headers } = await createMap();
  expect(status).toBe(201);
  const texts = String(headers['warning']).split(/, (?=299)/);
  expect(texts).toHaveLength(16);
  expect(texts[0]).toMatch(/^299 - "0 x{254}"$/);
});

it('lets nobody move an object to another namespace', async () => {
  await configure('mutating', 'move');
  const { status, body } = await createMap();
  expect([status, body.message]).toEqual([400, 'the namespace of the provided object does not match the namespace sent on the request']);
});

it('lets a webhook call the server', async () => {
  await configure('validating', 'call-back', { rules: [{ ...RULE, operations: ['CREATE'] }] });
  expect((await createMap()).headers['warning']).toBe('299 - "the server answered 200"');
});

it('shows what is written', async () => {
  await configure('validating', 'allow');
  const { body } = await createMap({ data: { a: 'b' } }, '?fieldManager=me');
  const name = body.metadata.name ?? '';
  const gvk = { group: '', version: 'v1', kind: 'ConfigMap' };
  expect(await hook.lastRequest()).toMatchObject({
    kind: gvk,
    resource: { group: '', version: 'v1', resource: 'configmaps' },
    requestKind: gvk,
    name,
    namespace: 'default',
    operation: 'CREATE',
    userInfo: { username: 'admin', uid: '1', groups: ['system:masters', 'system:authenticated'] },
    object: { kind: 'ConfigMap', apiVersion: 'v1', data: { a: 'b' } },
    oldObject: null,
    dryRun: false,
    options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1', fieldManager: 'me' },
  });
  await server.patch(`${MAPS}/${name}?dryRun=All`, 'merge', { data: { a: 'c' } });
  expect(await hook.lastRequest()).toMatchObject({
    operation: 'UPDATE',
    object: { data: { a: 'c' } },
    oldObject: { data: { a: 'b' } },
    dryRun: true,
    options: { kind: 'UpdateOptions', dryRun: ['All'] },
  });
  await server.request('DELETE', `${MAPS}/${name}`);
  expect(await hook.lastRequest()).toMatchObject({
    operation: 'DELETE',
    object: null,
    oldObject: { data: { a: 'b' } },
    options: { kind: 'DeleteOptions' },
  });
});

it('shows the version that the rules are about, or none', async () => {
  const rules = [{ operations: ['CREATE'], apiGroups: ['autoscaling'], apiVersions: ['v1'], resources: ['*'] }];
  const target = { type: 'Utilization', averageUtilization: 50 };
  const metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  const scaler = { metadata: { name: 'h' }, spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, metrics } };
  const path = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers?dryRun=All';
  await configure('validating', 'allow', { rules });
  expect((await server.request('POST', path, scaler)).body.message).toBeUndefined();
  expect(await hook.lastRequest()).toMatchObject({
    kind: { group: 'autoscaling', version: 'v1', kind: 'HorizontalPodAutoscaler' },
    requestKind: { version: 'v2' },
    object: { apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 50 } },
  });
  await server.request('DELETE', `${GROUP}/validatingwebhookconfigurations`);
  await configure('validating', 'deny', { rules, matchPolicy: 'Exact' });
  expect((await server.request('POST', path, scaler)).status).toBe(201);
});

it('is asked about what is written in another group, where it is the same', async () => {
  const event = { metadata: { name: 'e' }, eventTime: '2026-01-01T00:00:00.000000Z', reportingController: 'c', reportingInstance: 'i', action: 'a', reason: 'r', type: 'Normal', note: 'n' };
  const write = (): Promise<Answer> => server.request('POST', '/apis/events.k8s.io/v1/namespaces/default/events?dryRun=All', event);
  const rules = [{ ...RULE, resources: ['events'] }];
  await configure('validating', 'allow', { rules });
  expect((await write()).body.message).toBeUndefined();
  expect(await hook.lastRequest()).toMatchObject({
    kind: { group: '', version: 'v1', kind: 'Event' },
    resource: { group: '', version: 'v1', resource: 'events' },
    requestKind: { group: 'events.k8s.io', version: 'v1', kind: 'Event' },
    requestResource: { group: 'events.k8s.io', version: 'v1', resource: 'events' },
    object: { apiVersion: 'v1', message: 'n', reportingComponent: 'c' },
  });
  await server.request('DELETE', `${GROUP}/validatingwebhookconfigurations`);
  await configure('validating', 'deny', { rules });
  expect((await write()).status).toBe(418);
  await server.request('DELETE', `${GROUP}/validatingwebhookconfigurations`);
  await configure('validating', 'deny', { rules, matchPolicy: 'Exact' });
  expect((await write()).status).toBe(201);
});

it('shows the scale of an object as such', async () => {
  await configure('validating', 'allow', { rules: [{ operations: ['*'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['*/scale'] }] });
  const deployments = '/apis/apps/v1/namespaces/default/deployments';
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  await server.request('POST', deployments, { metadata: { name: 'd' }, spec: { selector: { matchLabels: { a: 'b' } }, template } });
  await server.patch(`${deployments}/d/scale`, 'merge', { spec: { replicas: 4 } });
  expect(await hook.lastRequest()).toMatchObject({
    kind: { group: 'autoscaling', kind: 'Scale' },
    subResource: 'scale',
    object: { kind: 'Scale', spec: { replicas: 4 } },
  });
});

it.each<[string, object, boolean]>([
  ['an operation that it does not name', { rules: [{ ...RULE, operations: ['DELETE'] }] }, true],
  ['another group', { rules: [{ ...RULE, apiGroups: ['apps'] }] }, true],
  ['a scope that it is not in', { rules: [{ ...RULE, scope: 'Cluster' }] }, true],
  ['its scope', { rules: [{ ...RULE, scope: 'Namespaced' }] }, false],
  ['all resources', { rules: [{ ...RULE, resources: ['*'] }] }, false],
  ['subresources', { rules: [{ ...RULE, resources: ['configmaps/*'] }] }, false],
  ['labels of other objects', { objectSelector: { matchLabels: { a: 'b' } } }, true],
  ['labels of the object', { objectSelector: { matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] } }, false],
  ['labels of other namespaces', { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } }, true],
  ['labels of the namespace', { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } } }, false],
])('is called, or not, by %s', async (_what, webhook, passes) => {
  await configure('validating', 'deny', webhook as Options);
  expect((await createMap()).status === 201).toBe(passes);
});

it('judges connections by their options, which have no metadata', async () => {
  await configure('validating', 'deny', { rules: [{ operations: ['CONNECT'], apiGroups: [''], apiVersions: ['v1'], resources: ['*/*'] }] });
  expect((await server.request('PUT', '/api/v1/namespaces/default/services/s/proxy/x/y')).status).toBe(418);
  expect(await hook.lastRequest()).toMatchObject({ operation: 'CONNECT', name: 's', oldObject: null, options: null, dryRun: false });
  expect(((await hook.lastRequest()) as { object: object }).object).toEqual({ kind: 'ServiceProxyOptions', apiVersion: 'v1', path: '/x/y' });
});

it.each<[string, number, RegExp | undefined]>([
  ['identity', 422, /metadata\.uid: Invalid value: "77": field is immutable/],
  ['rename', 400, /the name of the object \(other\) does not match the name on the URL/],
  ['spec', 200, undefined],
])('holds patches of a status to what a status may change: %s', async (answer, code, message) => {
  const path = `/api/v1/namespaces/default/pods/${answer}`;
  const created = await server.request('POST', '/api/v1/namespaces/default/pods', { metadata: { name: answer }, spec: { containers: [{ name: 'c', image: 'i' }] } });
  await configure('mutating', answer, { rules: [{ operations: ['UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods/status'] }] });
  const changed = await server.patch(`${path}/status`, 'merge', { status: { message: 'x' } });
  expect(changed.status).toBe(code);
  if (message) expect(changed.body.message).toMatch(message);
  const { metadata, spec } = (await server.request('GET', path)).body;
  expect([metadata.uid, metadata.generation, spec]).toEqual([created.body.metadata.uid, created.body.metadata.generation, created.body.spec]);
});

it.each<Kind>(['mutating', 'validating'])('that answers when the client has been told of the timeout lets nothing be written: %s', async (kind) => {
  await configure(kind, 'hang', { name: `late-${kind}`, timeoutSeconds: 1, failurePolicy: 'Ignore' });
  const late = await createMap({}, '?timeout=100ms');
  expect([late.status, late.body.reason]).toEqual([504, 'Timeout']);
  const name = `m${names}`;
  const isOver = async (): Promise<boolean> => (await registry.expose()).body.includes(`apiserver_admission_webhook_fail_open_count{name="late-${kind}.example.com"`);
  while (!(await isOver())) await new Promise((resolve) => setImmediate(resolve));
  await server.request('DELETE', `${GROUP}/${kind}webhookconfigurations`);
  await settled();
  // Written after it would have been.
  expect((await createMap()).status).toBe(201);
  expect((await server.request('GET', `${MAPS}/${name}`)).status).toBe(404);
});

it('is not called about configurations', async () => {
  const rules = [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }];
  await configure('validating', 'deny', { rules });
  expect((await server.request('DELETE', `${GROUP}/validatingwebhookconfigurations/hook`)).status).toBe(200);
});

it('is not called in a dry run that it would not notice', async () => {
  await configure('validating', 'allow');
  expect((await createMap({}, '?dryRun=All')).status).toBe(201);
  const rules = [{ ...RULE, operations: ['CREATE'] }];
  await configure('mutating', 'allow', { name: 'other', admissionReviewVersions: ['v1beta1'], rules });
  expect((await createMap()).status).toBe(201);
});

it('is called again when another one has changed the object after it, once', async () => {
  await configure('mutating', 'count', { name: 'a', reinvocationPolicy: 'IfNeeded' });
  await configure('mutating', 'label', { name: 'b' });
  const { body } = await createMap();
  expect(body.metadata).toMatchObject({ annotations: { times: '2' }, labels: { hooked: 'yes' } });
});

it('is found through the service that it names, by whose name it is known', async () => {
  const services = '/api/v1/namespaces/default/services';
  const service = { name: 'hook', namespace: 'default', path: '/label', port: hook.port };
  await configure('mutating', '', { clientConfig: { service, caBundle: hook.caBundle } });
  expect((await createMap()).body.message).toContain('service "hook" not found');
  await server.request('POST', services, { metadata: { name: 'hook' }, spec: { type: 'ExternalName', externalName: 'localhost' } });
  await server.request('GET', services);
  const { body } = await createMap();
  expect([body.message, body.metadata.labels]).toEqual([undefined, { hooked: 'yes' }]);
});

it.each<[string, object, boolean, number]>([
  ['are met', { expression: "object.metadata.name == 'one' && request.operation == 'CREATE'" }, true, 400],
  ['are not met', { expression: "object.metadata.name == 'other'" }, false, 201],
  ['fail', { expression: "object.spec.x == 'y'" }, false, 403],
])('is asked only where its conditions %s', async (_what, condition, isAsked, status) => {
  const created = await configure('validating', 'deny-silently', { matchConditions: [{ name: 'c', ...condition }] });
  expect(created.body.message).toBeUndefined();
  const answer = await server.request('POST', MAPS, { metadata: { name: 'one' } });
  await server.request('DELETE', `${MAPS}/one`);
  expect(answer.status).toBe(status);
  if (status >= 400) expect(answer.body.message).toContain(isAsked ? 'denied the request' : "expression 'object.spec.x == 'y'' resulted in error: no such key: spec");
});

it('is refused with conditions that do not compile', async () => {
  const { status, body } = await configure('validating', 'allow', { matchConditions: [{ name: 'c', expression: 'params.x' }] });
  expect([status, body.message]).toEqual([422, expect.stringContaining("undeclared reference to 'params'")]);
});
