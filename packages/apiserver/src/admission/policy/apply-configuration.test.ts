import { type Answer, TestServer } from '../../testing';
import { mutatingAdmissionPolicy } from './mutating';

const POLICIES = '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies';
const BINDINGS = '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const PODS = '/api/v1/namespaces/default/pods';
const GADGETS = '/apis/example.com/v1/namespaces/default/gadgets';

const rule = (apiGroups: string, resources: string, ...operations: readonly string[]): object => ({ apiGroups: [apiGroups], apiVersions: ['v1'], operations, resources: [resources] });
const EVERYTHING = { resourceRules: [rule('apps', 'deployments', 'CREATE', 'UPDATE'), rule('', 'pods', 'CREATE'), rule('example.com', 'gadgets', 'CREATE')] };
const applying = (...expressions: readonly string[]): object => ({ mutations: expressions.map((expression) => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } })) });

const CONTAINERS = [{ name: 'web', image: 'web:1', env: [{ name: 'A', value: '1' }, { name: 'B', value: '2' }] }];
const deployment = (spec: object = {}): object => ({
  metadata: { name: 'web' },
  spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: CONTAINERS } }, ...spec },
});
const template = (spec: string): string => `Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{${spec}}}}}`;

describe('configurations of policies', () => {
  let server: TestServer;
  beforeEach(async () => { server = await TestServer.start({ admission: (dependencies) => [mutatingAdmissionPolicy(dependencies)] }); });
  afterEach(() => server.stop());

  async function policy(spec: object, name = 'm'): Promise<Answer> {
    const created = await server.request('POST', POLICIES, { metadata: { name }, spec: { matchConstraints: EVERYTHING, reinvocationPolicy: 'Never', ...spec } });
    await server.request('POST', BINDINGS, { metadata: { name: `${name}-b` }, spec: { policyName: name } });
    // Reads of a single object are from the caches that the policies are read from.
    await server.request('GET', `${BINDINGS}/${name}-b`);
    return created;
  }

  it.each<[string, string, object]>([
    ['a field', 'Object{spec: Object.spec{replicas: object.spec.replicas + 1}}', { replicas: 3 }],
    ['a new element of a list that is a map', template('volumes: [Object.spec.template.spec.volumes{name: "y", emptyDir: Object.spec.template.spec.volumes.emptyDir{}}]'), {
      template: { spec: { volumes: [{ name: 'y', emptyDir: {} }], containers: [{ name: 'web' }] } },
    }],
    ['elements by their keys', template('containers: [Object.spec.template.spec.containers{name: "web", env: [Object.spec.template.spec.containers.env{name: "B", value: "3"}]}]'), {
      template: { spec: { containers: [{ name: 'web', image: 'web:1', env: [{ name: 'A', value: '1' }, { name: 'B', value: '3' }] }] } },
    }],
    ['entries of a map', 'Object{metadata: Object.metadata{labels: {"x": request.operation}}, spec: Object.spec{template: Object.spec.template{metadata: Object.spec.template.metadata{labels: {"tier": "one"}}}}}', {
      template: { metadata: { labels: { app: 'web', tier: 'one' } } },
    }],
    ['no field that is absent', 'Object{spec: Object.spec{?paused: optional.none(), ?minReadySeconds: optional.of(7)}}', { minReadySeconds: 7, replicas: 2 }],
  ])('set %s', async (_what, expression, wanted) => {
    expect((await policy(applying(expression))).body.message).toBeUndefined();
    const { status, body } = await server.request('POST', DEPLOYMENTS, deployment());
    expect([status, body.spec]).toEqual([201, expect.objectContaining({ selector: { matchLabels: { app: 'web' } } })]);
    expect(body.spec).toMatchObject(wanted);
    expect(body.spec).not.toHaveProperty('paused');
  });

  it('default what they add, as the kind does', async () => {
    await policy(applying(template('initContainers: [Object.spec.template.spec.initContainers{name: "first", image: "first:1"}]')));
    const { body } = await server.request('POST', DEPLOYMENTS, deployment());
    const initContainers = [expect.objectContaining({ name: 'first', imagePullPolicy: 'IfNotPresent', terminationMessagePath: '/dev/termination-log' })];
    expect(body.spec).toMatchObject({ template: { spec: { initContainers } } });
  });

  const OVER = 'error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ';
  it.each<[string, string, string]>([
    ['atomic maps', 'Object{spec: Object.spec{selector: Object.spec.selector{matchLabels: {"l": "v"}}}}', `${OVER}.spec.selector`],
    ['atomic lists', template('containers: [Object.spec.template.spec.containers{name: "web", args: ["a"]}], tolerations: []'), `${OVER}.spec.template.spec.containers[0].args, .spec.template.spec.tolerations`],
    ['types that do not stand where they are named after', 'Object{spec: Object.specx{replicas: 1}}', 'type mismatch: unexpected type name "Object.specx", expected "Object.spec", which matches field name path from root Object type'],
    ['the same within lists', template('volumes: [Object.spec.volumes{name: "y"}]'), 'type mismatch: unexpected type name "Object.spec.volumes", expected "Object.spec.template.spec.volumes"'],
    ['unknown fields', 'Object{spec: Object.spec{replicasx: 1}}', 'error applying patch: failed to convert patch object to typed object: .spec.replicasx: field not declared in schema'],
    ['values of another type', 'Object{spec: Object.spec{replicas: "1"}}', 'failed to convert patch object to typed object: .spec.replicas: expected numeric (int or float), got string'],
    ['elements without their keys', template('containers: [Object.spec.template.spec.containers{image: "x"}]'), 'omits key field "name"'],
    ['keys that are no texts', 'Object{metadata: Object.metadata{labels: {1: "x"}}}', 'a map key is of type int, not string'],
    ['values that JSON has no form of', 'Object{spec: Object.spec{replicas: optional.of(1)}}', 'unsupported type conversion of optional_type'],
    ['expressions that fail', 'Object{spec: Object.spec{replicas: object.spec.none}}', "expression 'Object{spec: Object.spec{replicas: object.spec.none}}' resulted in error: no such key: none"],
  ])('refuse %s', async (_what, expression, message) => {
    expect((await policy(applying(expression))).status).toBe(201);
    const answer = await server.request('POST', DEPLOYMENTS, deployment());
    expect([answer.status, answer.body.message]).toEqual([403, expect.stringContaining(`deployments.apps "web" is forbidden: policy 'm' with binding 'm-b' denied request: `)]);
    expect(answer.body.message).toContain(message);
  });

  it('are passed over where failures are ignored', async () => {
    await policy({ failurePolicy: 'Ignore', ...applying('Object{spec: Object.spec{replicasx: 1}}') });
    const { status, body } = await server.request('POST', DEPLOYMENTS, deployment());
    expect([status, body.spec.replicas]).toEqual([201, 2]);
  });

  it('see each other within a policy, with its variables and conditions', async () => {
    await policy({
      matchConditions: [{ name: 'few', expression: 'object.spec.replicas < 5' }],
      variables: [{ name: 'more', expression: 'object.spec.replicas * 10' }],
      ...applying('Object{spec: Object.spec{replicas: variables.more}}', 'Object{spec: Object.spec{replicas: 1}}'),
    });
    expect((await server.request('POST', DEPLOYMENTS, deployment())).body.spec.replicas).toBe(20);
  });

  it('are applied again to what later policies have changed', async () => {
    const sidecar = 'Object{spec: Object.spec{containers: object.spec.containers.map(c, Object.spec.containers{name: c.name, env: [Object.spec.containers.env{name: "SEEN", value: "yes"}]})}}';
    const added = 'Object{spec: Object.spec{containers: [Object.spec.containers{name: "side", image: "side:1"}]}}';
    await policy({ ...applying(sidecar), reinvocationPolicy: 'IfNeeded' }, 'a');
    await policy(applying(added), 'b');
    const { body } = await server.request('POST', PODS, { metadata: { name: 'p' }, spec: { containers: [{ name: 'web', image: 'web:1' }] } });
    const env = [{ name: 'SEEN', value: 'yes' }];
    expect(body.spec.containers).toEqual([expect.objectContaining({ name: 'web', env }), expect.objectContaining({ name: 'side', env })]);
  });

  it('know the schema of custom resources', async () => {
    const list = { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['id'], items: { type: 'object', required: ['id'], properties: { id: { type: 'string' }, size: { type: 'integer', default: 4 } } } };
    const schema = { type: 'object', properties: { spec: { type: 'object', properties: { parts: list, tags: { type: 'array', items: { type: 'string' } } } } } };
    await server.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      metadata: { name: 'gadgets.example.com' },
      spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'gadgets', kind: 'Gadget', listKind: 'GadgetList' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }] },
    });
    const gadget = (name: string, tags: readonly string[]): object => ({ apiVersion: 'example.com/v1', kind: 'Gadget', metadata: { name }, spec: { parts: [{ id: 'a', size: 1 }], tags } });
    await policy(applying(`Object{spec: Object.spec{
      parts: [Object.spec.parts{id: "a", size: 2}, Object.spec.parts{id: "b"}],
      ?tags: object.spec.tags.size() > 0 ? optional.of(["x"]) : optional.none()
    }}`));
    const { status, body } = await server.request('POST', GADGETS, gadget('one', []));
    expect([status, body.spec.parts]).toEqual([201, [{ id: 'a', size: 2 }, { id: 'b', size: 4 }]]);
    expect((await server.request('POST', GADGETS, gadget('two', ['t']))).body.message).toContain(`${OVER}.spec.tags`);
  });

  it('are about scales, too', async () => {
    await policy({ matchConstraints: { resourceRules: [rule('apps', 'deployments/scale', 'UPDATE')] }, ...applying('Object{spec: Object.spec{replicas: object.spec.replicas > 3 ? 3 : object.spec.replicas}}') });
    await server.request('POST', DEPLOYMENTS, deployment());
    const { body } = await server.patch(`${DEPLOYMENTS}/web/scale`, 'merge', { spec: { replicas: 9 } });
    expect(body.spec.replicas).toBe(3);
  });

  it.each<[string, string]>([
    ["'teapot'", 'must evaluate to Object'],
    ['Object.spec{}', 'must evaluate to Object'],
    ['Objects{}', "undeclared reference to 'Objects'"],
    ['Object{', 'Syntax error'],
  ])('are refused when they cannot be compiled: %s', async (expression, message) => {
    const answer = await policy(applying(expression));
    expect([answer.status, answer.body.message]).toEqual([422, expect.stringContaining(message)]);
    expect(answer.body.details).toMatchObject({ causes: [{ field: 'spec.mutations[0].applyConfiguration.expression' }] });
  });
});
