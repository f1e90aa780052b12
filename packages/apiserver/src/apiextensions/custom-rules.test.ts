import { TestServer } from '../testing';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const GADGETS = '/apis/example.com/v1/namespaces/default/gadgets';

function definition(schema: object, name = 'gadgets', kind = 'Gadget'): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${name}.example.com` },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: name, kind, listKind: `${kind}List` },
      versions: [{ name: 'v1', served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: schema } }],
    },
  };
}

const of = (spec: object, more: object = {}): object => ({ type: 'object', properties: { spec: { type: 'object', ...spec }, ...more } });
const rules = (...each: readonly object[]): object => ({ 'x-kubernetes-validations': each });
const INT = { type: 'integer' };
const TEXT = { type: 'string', maxLength: 100 };
const AT = 'spec.validation.openAPIV3Schema.properties[spec]';

describe('rules of definitions', () => {
  let server: TestServer;
  beforeAll(async () => { server = await TestServer.start(); });
  afterAll(() => server.stop());

  it.each<[string, object, string]>([
    [
      'an unknown field', of({ properties: { a: INT }, ...rules({ rule: 'self.b > 1' }) }),
      "compilation failed: ERROR: <input>:1:5: undefined field 'b'\n | self.b > 1\n | ....^",
    ],
    [
      'an unknown name', of({ properties: { a: INT }, ...rules({ rule: 'x == 1' }) }),
      "compilation failed: ERROR: <input>:1:1: undeclared reference to 'x' (in container '')\n | x == 1\n | ^",
    ],
    ['a rule that is no condition', of({ properties: { a: INT }, ...rules({ rule: 'self.a' }) }), 'cel expression must evaluate to a bool'],
    ['a wrong type', of({ properties: { a: INT }, ...rules({ rule: "self.a == 'x'" }) }), "found no matching overload for '_==_' applied to '(int, string)'"],
    ['a message that is no text', of({ properties: { a: INT }, ...rules({ rule: 'true', messageExpression: 'self.a' }) }), 'messageExpression must evaluate to a string'],
    [
      'a message that does not compile', of({ properties: { a: INT }, ...rules({ rule: 'true', messageExpression: 'b' }) }),
      'messageExpression compilation failed: ERROR: <input>:1:1: undeclared reference',
    ],
    [
      'a costly rule', of({ properties: { list: { type: 'array', items: { type: 'string' } } }, ...rules({ rule: "self.list.all(x, x.contains('a'))" }) }),
      `${AT}.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x`,
    ],
    [
      'rules that are costly together',
      of({ properties: { list: { type: 'array', items: { type: 'string' } } }, ...rules({ rule: "self.list.all(x, x.contains('a'))" }) }),
      'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of more than 100x',
    ],
    [
      'oldSelf within a list', of({ properties: { list: { type: 'array', maxItems: 3, items: { ...INT, ...rules({ rule: 'self == oldSelf' }) } } } }),
      `oldSelf cannot be used on the uncorrelatable portion of the schema within ${AT}.properties[list]`,
    ],
    [
      'optionalOldSelf without oldSelf', of({ properties: { a: INT }, ...rules({ rule: 'true', optionalOldSelf: true }) }),
      'optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule',
    ],
    ['a path to nowhere', of({ properties: { a: INT }, ...rules({ rule: 'true', fieldPath: '.b' }) }), 'fieldPath: Invalid value: ".b": must be a valid path'],
    ['a bad pattern', of({ properties: { t: TEXT }, ...rules({ rule: "self.t.matches('(')" }) }), 'invalid matches argument'],
  ])('refuses %s', async (_what, schema, message) => {
    const answer = await server.request('POST', CRDS, definition(schema));
    expect([answer.status, answer.body.message]).toEqual([422, expect.stringContaining(message)]);
  });

  it('are taken where lists and texts have a bound', async () => {
    const list = { type: 'array', maxItems: 10, items: TEXT };
    const answer = await server.request('POST', `${CRDS}?dryRun=All`, definition(of({ properties: { list }, ...rules({ rule: "self.list.all(x, x.contains('a'))" }) })));
    expect([answer.status, answer.headers.warning]).toEqual([201, undefined]);
  });
});

const SCHEMA = of(
  {
    properties: {
      min: INT,
      max: INT,
      name: { ...TEXT, ...rules({ rule: 'self == oldSelf', message: 'name is immutable' }) },
      namespace: TEXT,
      'a-b': INT,
      port: { 'x-kubernetes-int-or-string': true },
      when: { type: 'string', format: 'date-time' },
      wait: { type: 'string', format: 'duration' },
      free: { type: 'object', additionalProperties: INT, maxProperties: 5, ...rules({ rule: 'self.all(k, self[k] > 0)' }) },
      parts: {
        type: 'array', maxItems: 4, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['id'],
        items: { type: 'object', required: ['id'], properties: { id: TEXT, size: { ...INT, ...rules({ rule: 'self >= oldSelf' }) } } },
      },
      tags: { type: 'array', maxItems: 4, 'x-kubernetes-list-type': 'set', items: TEXT, ...rules({ rule: 'oldSelf.all(x, x in self)', optionalOldSelf: false }) },
      once: { ...TEXT, ...rules({ rule: "oldSelf.hasValue() || self == 'first'", optionalOldSelf: true, message: 'must begin as first' }) },
    },
    ...rules(
      { rule: '!has(self.min) || !has(self.max) || self.min <= self.max', messageExpression: "'min %d above max %d'.format([self.min, self.max])", fieldPath: '.min' },
      { rule: "!has(self.__namespace__) || self.__namespace__ != 'kube-system'", reason: 'FieldValueForbidden', message: 'not there' },
      { rule: "!has(self.a__dash__b) || self.a__dash__b < 10" },
      { rule: "!has(self.port) || type(self.port) == string || self.port < 100" },
      { rule: "!has(self.when) || self.when.getFullYear() > 2000" },
      { rule: "!has(self.wait) || self.wait < duration('1h')" },
    ),
  },
  { status: { type: 'object', properties: { ready: INT }, ...rules({ rule: 'self.ready >= 0' }) } },
);

describe('objects under rules', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
    const root = { ...SCHEMA, ...rules({ rule: "self.metadata.name != 'forbidden'" }) };
    await server.request('POST', CRDS, definition(root));
  });
  afterAll(() => server.stop());

  const gadget = (name: string, spec: object): object => ({ apiVersion: 'example.com/v1', kind: 'Gadget', metadata: { name }, spec });
  const create = (spec: object, name = 'refused') => server.request('POST', GADGETS, gadget(name, spec));

  it.each<[object, string]>([
    [{ min: 3, max: 2 }, 'spec.min: Invalid value: min 3 above max 2'],
    [{ namespace: 'kube-system' }, 'spec: Forbidden: not there'],
    [{ 'a-b': 11 }, 'spec: Invalid value: failed rule: !has(self.a__dash__b) || self.a__dash__b < 10'],
    [{ port: 100 }, 'failed rule: !has(self.port)'],
    [{ when: '1999-01-01T00:00:00Z' }, 'failed rule: !has(self.when)'],
    [{ wait: '2h' }, 'failed rule: !has(self.wait)'],
    [{ free: { a: 1, b: 0 } }, 'spec.free: Invalid value: failed rule: self.all(k, self[k] > 0)'],
    [{ once: 'second' }, 'spec.once: Invalid value: "second": must begin as first'],
    [{ min: 'x' }, '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid'],
  ])('refuses %j', async (spec, message) => {
    const answer = await create(spec);
    expect([answer.status, answer.body.message]).toEqual([422, expect.stringContaining(message)]);
  });

  it('takes what the rules allow', async () => {
    const spec = { min: 1, max: 2, 'a-b': 9, port: 'http', when: '2026-01-01T00:00:00Z', wait: '30m', free: { a: 1 }, once: 'first' };
    expect((await create(spec, 'allowed')).status).toBe(201);
  });

  it('sees the name of the object at the root', async () => {
    const answer = await create({}, 'forbidden');
    expect(answer.body.message).toContain(`<nil>: Invalid value: failed rule: self.metadata.name != 'forbidden'`);
  });

  it('compares with what was before, in maps of lists by their keys', async () => {
    const before = { name: 'a', parts: [{ id: 'x', size: 3 }, { id: 'y', size: 1 }], tags: ['one'], once: 'first' };
    expect((await create(before, 'compared')).status).toBe(201);
    const update = async (spec: object): Promise<string> => {
      const patch = await server.request('PATCH', `${GADGETS}/compared`, { spec }, { 'content-type': 'application/merge-patch+json' });
      return patch.status === 200 ? 'taken' : String(patch.body.message);
    };
    expect(await update({ name: 'b' })).toContain('spec.name: Invalid value: "b": name is immutable');
    expect(await update({ parts: [{ id: 'y', size: 1 }, { id: 'x', size: 2 }] })).toContain('spec.parts[1].size: Invalid value: 2: failed rule: self >= oldSelf');
    expect(await update({ tags: ['two'] })).toContain('spec.tags: Invalid value: failed rule');
    expect(await update({ parts: [{ id: 'z', size: 0 }, { id: 'x', size: 3 }], tags: ['two', 'one'], once: 'later' })).toBe('taken');
  });

  it('holds for the status alone too', async () => {
    expect((await create({}, 'reporting')).status).toBe(201);
    const answer = await server.request('PATCH', `${GADGETS}/reporting/status`, { status: { ready: -1 } }, { 'content-type': 'application/merge-patch+json' });
    expect([answer.status, answer.body.message]).toEqual([422, expect.stringContaining('status: Invalid value: failed rule: self.ready >= 0')]);
  });

  it('lets what was wrong before stay, with a warning', async () => {
    const name = 'ratchets';
    const plain = { type: 'object', properties: { spec: { type: 'object', properties: { a: INT, b: INT } } } };
    const url = `/apis/example.com/v1/namespaces/default/${name}`;
    await server.request('POST', CRDS, definition(plain, name, 'Ratchet'));
    expect((await server.request('POST', url, { ...gadget('old', { a: -1, b: 1 }), kind: 'Ratchet' })).status).toBe(201);
    const ruled = definition(of({ properties: { a: { ...INT, ...rules({ rule: 'self > 0' }) }, b: INT } }), name, 'Ratchet');
    await server.request('PATCH', `${CRDS}/${name}.example.com`, ruled, { 'content-type': 'application/merge-patch+json' });
    while ((await server.request('POST', `${url}?dryRun=All`, { ...gadget('new', { a: -1 }), kind: 'Ratchet' })).status !== 422) await new Promise(setImmediate);
    const merge = { 'content-type': 'application/merge-patch+json' };
    const kept = await server.request('PATCH', `${url}/old`, { spec: { b: 2 } }, merge);
    expect([kept.status, kept.headers.warning]).toEqual([200, '299 - "spec.a: Invalid value: -1: failed rule: self > 0"']);
    expect((await server.request('PATCH', `${url}/old`, { spec: { a: -2 } }, merge)).status).toBe(422);
  });
});
