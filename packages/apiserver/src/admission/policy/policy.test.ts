import { MetricsRegistry } from '@typekube/component-base';
import { type Answer, TestServer } from '../../testing';
import { admissionMetrics } from '../metrics';
import { mutatingAdmissionPolicy } from './mutating';
import { validatingAdmissionPolicy } from './validating';

const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
const BINDINGS = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings';
const MUTATING = '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies';
const MUTATING_BINDINGS = '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings';
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

const RULE = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE', 'DELETE'], resources: ['configmaps'] };
const CONSTRAINTS = { resourceRules: [RULE] };

describe('admission policies', () => {
  let server: TestServer;
  let registry: MetricsRegistry;
  beforeEach(async () => {
    registry = new MetricsRegistry();
    server = await TestServer.start({
      observed: { onAuthentication: () => undefined, onAuthorization: () => undefined, admission: admissionMetrics(registry) },
      admission: (dependencies) => [mutatingAdmissionPolicy(dependencies), validatingAdmissionPolicy(dependencies)],
      tokens: { jane: { name: 'jane', groups: ['devs'] } },
      authorizer: {
        authorize: ({ user, verb, resource }) => {
          if (resource === 'secrets') return Promise.resolve({ decision: user.name === 'jane' && verb === 'get' ? 'Allow' : 'NoOpinion', reason: 'said' });
          return { decision: 'Allow', reason: '' };
        },
      },
    });
  });
  afterEach(() => server.stop());

  async function policy(spec: object, binding: object = {}): Promise<void> {
    const created = await server.request('POST', POLICIES, { metadata: { name: 'p' }, spec: { matchConstraints: CONSTRAINTS, ...spec } });
    expect([created.status, created.body.message, created.headers.warning]).toEqual([201, undefined, undefined]);
    const bound = await server.request('POST', BINDINGS, { metadata: { name: 'b' }, spec: { policyName: 'p', validationActions: ['Deny'], ...binding } });
    expect([bound.status, bound.body.message]).toEqual([201, undefined]);
    await seen(POLICIES, 'p');
    await seen(BINDINGS, 'b');
  }

  /** Reads of a single object are from the caches that the policies are read from. */
  async function seen(url: string, name: string): Promise<void> {
    expect((await server.request('GET', `${url}/${name}`)).status).toBe(200);
  }

  const create = (data: object, metadata: object = {}, token?: string): Promise<Answer> => {
    const body = { metadata: { name: 'c', ...metadata }, data };
    return token ? server.client({ token }).http1({ method: 'POST', path: CONFIG_MAPS, body }) : server.request('POST', CONFIG_MAPS, body);
  };

  const DENIED = "configmaps \"c\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: ";

  it('refuses what its expressions refuse, as upstream words it', async () => {
    await policy({ validations: [{ expression: "object.data.size == 'small'" }] });
    const refused = await create({ size: 'big' });
    expect([refused.status, refused.body.reason, refused.body.message]).toEqual([422, 'Invalid', `${DENIED}failed expression: object.data.size == 'small'`]);
    expect(refused.body.details).toMatchObject({ name: 'c', kind: 'configmaps', causes: [{ message: expect.stringContaining('denied request') }] });
    expect((await create({ size: 'small' })).status).toBe(201);
    expect((await server.patch(`${CONFIG_MAPS}/c`, 'merge', { data: { size: 'big' } })).status).toBe(422);
  });

  it.each<[string, object, object, string | undefined]>([
    ['a message', { validations: [{ expression: 'false', message: 'no', reason: 'Forbidden' }] }, {}, 'no'],
    ['a message that is worked out', { validations: [{ expression: 'false', messageExpression: "'size ' + object.data.a" }] }, { a: 'x' }, 'size x'],
    ['the rule, where the message fails', { validations: [{ expression: 'false', messageExpression: "'size ' + object.data.b" }] }, { a: 'x' }, 'failed expression: false'],
    ['a failure', { validations: [{ expression: "object.data.b == 'x'" }] }, { a: 'x' }, "expression 'object.data.b == 'x'' resulted in error: no such key: b"],
    ['a failure that is ignored', { failurePolicy: 'Ignore', validations: [{ expression: "object.data.b == 'x'" }] }, { a: 'x' }, undefined],
    ['a condition that is not met', { matchConditions: [{ name: 'x', expression: "object.metadata.name == 'other'" }], validations: [{ expression: 'false' }] }, {}, undefined],
    ['a condition that fails', { matchConditions: [{ name: 'x', expression: 'object.spec.x == 1' }], validations: [{ expression: 'false' }] }, {}, "expression 'object.spec.x == 1' resulted in error: no such key: spec"],
    [
      'variables, each seeing those before', { variables: [{ name: 'a', expression: 'object.data.size()' }, { name: 'b', expression: 'variables.a * 2' }], validations: [{ expression: 'variables.b < 4' }] },
      { x: '1', y: '2' }, 'failed expression: variables.b < 4',
    ],
    ['the request', { validations: [{ expression: "request.operation == 'CREATE' && request.userInfo.username == 'admin' && request.resource.resource == 'configmaps' && request.namespace == 'default' && !request.dryRun" }] }, {}, undefined],
    ['the namespace', { validations: [{ expression: "namespaceObject.metadata.name == 'other'" }] }, {}, "failed expression: namespaceObject.metadata.name == 'other'"],
    ['the old object', { validations: [{ expression: 'oldObject == null' }] }, {}, undefined],
    ['the cost of a loop', { validations: [{ expression: '[0,1,2,3,4,5,6,7,8,9].all(a, [0,1,2,3,4,5,6,7,8,9].all(b, [0,1,2,3,4,5,6,7,8,9].all(c, [0,1,2,3,4,5,6,7,8,9].all(d, [0,1,2,3,4,5,6,7,8,9].all(e, [0,1,2,3,4,5,6,7,8,9].all(f, a >= 0))))))' }] }, {}, 'resulted in error: operation cancelled: actual cost limit exceeded'],
  ])('tells of %s', async (_what, spec, data, message) => {
    await policy(spec);
    const answer = await create(data);
    if (message === undefined) expect(answer.status).toBe(201);
    else expect([answer.status >= 400, answer.body.message]).toEqual([true, expect.stringContaining(message)]);
  });

  it('asks the authorizer, waiting for its answer', async () => {
    await policy({ validations: [{ expression: "authorizer.group('').resource('secrets').namespace('default').check('get').allowed()" }] });
    expect((await create({})).status).toBe(422);
    expect((await create({}, {}, 'jane')).status).toBe(201);
  });

  it('warns instead, where the binding says so', async () => {
    await policy({ validations: [{ expression: 'false', message: 'mind' }] }, { validationActions: ['Warn', 'Audit'] });
    const answer = await create({});
    expect([answer.status, answer.headers.warning]).toEqual([201, "299 - \"Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': mind\""]);
  });

  it.each<[string, object, object]>([
    ['an annotation cannot be worked out', { auditAnnotations: [{ key: 'a', valueExpression: "object.data.none + ''" }] }, {}],
    [
      'there is no parameter', { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, validations: [{ expression: 'true' }] },
      { paramRef: { name: 'none', parameterNotFoundAction: 'Deny' } },
    ],
  ])('refuses where %s, though the binding only warns', async (_what, spec, binding) => {
    await policy(spec, { ...binding, validationActions: ['Warn'] });
    const answer = await create({});
    expect([answer.status, answer.body.message]).toEqual([422, expect.stringContaining(DENIED)]);
  });

  it('counts what has come of its expressions', async () => {
    await policy({ validations: [{ expression: 'false' }, { expression: "object.data.none == ''" }, { expression: 'true' }] }, { validationActions: ['Warn', 'Audit'] });
    expect((await create({})).status).toBe(201);
    const { body } = await registry.expose();
    const lines = body.split('\n').filter((line) => line.startsWith('apiserver_validating_admission_policy_check_total'));
    const line = (error: string, action: string): string => `apiserver_validating_admission_policy_check_total{policy="p",policy_binding="b",error_type="${error}",enforcement_action="${action}"} 1`;
    expect(lines.sort()).toEqual([line('invalid_error', 'audit'), line('invalid_error', 'warn'), line('no_error', 'audit'), line('no_error', 'warn')].sort());
  });

  it.each<[string, object, object, number]>([
    ['a name', { name: 'limits', parameterNotFoundAction: 'Deny' }, { max: '1' }, 422],
    ['labels', { selector: { matchLabels: { role: 'limits' } }, parameterNotFoundAction: 'Deny' }, { max: '1' }, 422],
    ['labels of none, which is refused', { selector: { matchLabels: { role: 'other' } }, parameterNotFoundAction: 'Deny' }, {}, 422],
    ['labels of none, which is let pass', { selector: { matchLabels: { role: 'other' } }, parameterNotFoundAction: 'Allow' }, { max: '1' }, 201],
  ])('takes parameters by %s', async (_what, paramRef, data, status) => {
    await server.request('POST', CONFIG_MAPS, { metadata: { name: 'limits', labels: { role: 'limits' } }, data: { max: '3' } });
    await policy(
      { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, validations: [{ expression: 'object.data.max == params.data.max' }] },
      { paramRef },
    );
    expect((await create(data)).status).toBe(status);
  });

  it('matches by rules with exceptions, names and selectors', async () => {
    const resourceRules = [{ ...RULE, resources: ['*'] }];
    const excludeResourceRules = [{ ...RULE, resources: ['serviceaccounts'] }];
    await policy(
      { matchConstraints: { resourceRules, excludeResourceRules }, validations: [{ expression: 'false' }] },
      { matchResources: { objectSelector: { matchLabels: { judged: 'yes' } } } },
    );
    const labels = { judged: 'yes' };
    expect((await create({}, { labels })).status).toBe(422);
    expect((await create({})).status).toBe(201);
    expect((await server.request('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 's', labels } })).status).toBe(201);
  });

  it.each<[object, string]>([
    [{ validations: [{ expression: 'object.x' }] }, 'spec.validations[0].expression: Invalid value: "object.x": must evaluate to bool'],
    [{ validations: [{ expression: 'obj.x == 1' }] }, "compilation failed: ERROR: <input>:1:1: undeclared reference to 'obj' (in container '')"],
    [{ validations: [{ expression: 'params == null' }] }, "undeclared reference to 'params'"],
    [{ validations: [{ expression: 'variables.x == 1' }] }, "undefined field 'x'"],
    [{ validations: [{ expression: "request.operation == 1" }] }, "found no matching overload for '_==_' applied to '(string, int)'"],
    [{ variables: [{ name: 'a', expression: 'b' }], validations: [{ expression: 'true' }] }, 'spec.variables[0].expression: Invalid value: "b": compilation failed'],
    [{ matchConditions: [{ name: 'a', expression: '1' }], validations: [{ expression: 'true' }] }, 'spec.matchConditions[0].expression: Invalid value: "1": must evaluate to bool'],
    [{ auditAnnotations: [{ key: 'a', valueExpression: '1' }] }, 'spec.auditAnnotations[0].valueExpression: Invalid value: "1": must evaluate to one of [string null]'],
  ])('are refused when they cannot be compiled: %j', async (spec, message) => {
    const answer = await server.request('POST', POLICIES, { metadata: { name: 'p' }, spec: { matchConstraints: CONSTRAINTS, ...spec } });
    expect([answer.status, answer.body.message]).toEqual([422, expect.stringContaining(message)]);
  });

  describe('that mutate', () => {
    async function mutating(spec: object): Promise<Answer> {
      const created = await server.request('POST', MUTATING, { metadata: { name: 'm' }, spec: { matchConstraints: { resourceRules: [{ ...RULE, operations: ['CREATE'] }] }, reinvocationPolicy: 'Never', ...spec } });
      await server.request('POST', MUTATING_BINDINGS, { metadata: { name: 'b' }, spec: { policyName: 'm' } });
      await server.request('GET', `${MUTATING_BINDINGS}/b`);
      return created;
    }
    const patch = (expression: string): object => ({ mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression } }] });

    it('apply their patches', async () => {
      const expression = `[
        JSONPatch{op: "test", path: "/data/a", value: "1"},
        JSONPatch{op: "add", path: "/metadata/labels", value: {"x": request.operation}},
        JSONPatch{op: "add", path: "/metadata/annotations", value: Object.metadata{note: "made"}},
        JSONPatch{op: "add", path: "/data/" + jsonpatch.escapeKey("b"), value: object.data.a + "2"}
      ]`;
      expect((await mutating(patch(expression))).body.message).toBeUndefined();
      const { status, body } = await create({ a: '1' });
      expect([status, body.data, body.metadata.labels, body.metadata.annotations]).toEqual([201, { a: '1', b: '12' }, { x: 'CREATE' }, { note: 'made' }]);
    });

    it('refuse what they cannot patch', async () => {
      await mutating(patch('[JSONPatch{op: "remove", path: "/data/none"}]'));
      const answer = await create({ a: '1' });
      expect([answer.status, answer.body.message]).toEqual([403, expect.stringContaining("configmaps \"c\" is forbidden: policy 'm' with binding 'b' denied request: JSON Patch: ")]);
    });

    it.each<[object, string]>([
      [patch('[1]'), 'must evaluate to list(JSONPatch)'],
      [patch('[JSONPatch{ops: "x"}]'), "undefined field 'ops'"],
    ])('are refused: %j', async (spec, message) => {
      const answer = await mutating(spec);
      expect([answer.status, answer.body.message]).toEqual([422, expect.stringContaining(message)]);
    });
  });
});
