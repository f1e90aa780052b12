import { TestServer } from '../testing';

const GADGETS = '/apis/route.example/v1/namespaces/default/gadgets';
const ALL_GADGETS = '/apis/route.example/v1/gadgets';
const ORBS = '/apis/route.example/v1/orbs';

function definition(plural: string, kind: string, scope: string): object {
  const spec = { type: 'object', properties: { replicas: { type: 'integer' } } };
  const status = { type: 'object', properties: { phase: { type: 'string' }, replicas: { type: 'integer' } } };
  const subresources = { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec, status } } };
  return {
    metadata: { name: `${plural}.route.example` },
    spec: { group: 'route.example', scope, names: { plural, kind }, versions: [{ name: 'v1', served: true, storage: true, schema, subresources }] },
  };
}

function gadget(name: string, fields: object = {}): object {
  return { apiVersion: 'route.example/v1', kind: 'Gadget', metadata: { name }, spec: { replicas: 1 }, ...fields };
}

describe('requests for custom resources', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start();
    const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    await server.request('POST', crds, definition('gadgets', 'Gadget', 'Namespaced'));
    await server.request('POST', crds, definition('orbs', 'Orb', 'Cluster'));
    await server.request('POST', GADGETS, gadget('one'));
  });

  afterAll(() => server.stop());

  it.each([
    ['GET', `${ALL_GADGETS}/one`],
    ['POST', ALL_GADGETS],
    ['DELETE', ALL_GADGETS],
    ['GET', '/apis/route.example/v1/namespaces/default/orbs'],
    ['GET', '/apis/route.example/v2/gadgets'],
    ['GET', '/apis/route.example/v1/nothings'],
  ])('%s %s is nobody\'s: Go\'s own 404', async (method, path) => {
    const answer = await server.request(method, path, method === 'POST' ? gadget('two') : undefined);
    expect([answer.status, answer.text]).toEqual([404, '404 page not found\n']);
  });

  it.each([
    ['OPTIONS', `${GADGETS}/one`, 405, ' is not supported on resources of kind "gadgets.route.example"'],
    ['POST', `${GADGETS}/one/status`, 405, 'create is not supported on resources of kind "gadgets.route.example"'],
    ['DELETE', `${GADGETS}/one/scale`, 405, 'delete is not supported on resources of kind "gadgets.route.example"'],
    ['GET', `${GADGETS}/one/nothing`, 404, 'gadgets.route.example "one" not found'],
    ['PUT', GADGETS, 400, 'name must be provided'],
    ['PUT', ORBS, 400, 'name must be provided'],
  ])('%s %s is answered with %i: %s', async (method, path, code, message) => {
    const answer = await server.request(method, path, method === 'PUT' ? gadget('one') : undefined);
    expect([answer.status, answer.body.message]).toEqual([code, message]);
  });

  it.each([
    ['HEAD', `${GADGETS}/one`, 200],
    ['HEAD', `${GADGETS}/none`, 404],
    ['HEAD', GADGETS, 200],
    ['GET', `${GADGETS}/one/status/more`, 200],
    ['GET', ALL_GADGETS, 200],
  ])('%s %s is answered with %i, as nothing but the verb is looked at', async (method, path, code) => {
    expect((await server.request(method, path)).status).toBe(code);
  });

  it('says of a list that it does not go on', async () => {
    expect((await server.request('GET', GADGETS)).body.metadata).toEqual({ continue: '', resourceVersion: expect.any(String) });
  });

  it.each([
    [{ spec: {} }, "the object provided is unrecognized (must be of type Gadget): Object 'Kind' is missing in '{\"spec\":{}}' ({\"spec\":{}})"],
    [{ kind: 'Gadget' }, 'the API version in the data () does not match the expected API version (route.example/v1)'],
    [{ kind: 'Gadget', apiVersion: 'a/b/c' }, 'the object provided is unrecognized (must be of type Gadget): unexpected GroupVersion string: a/b/c ({"kind":"Gadget","apiVersion": ...)'],
    [gadget('two', { kind: 'Other' }), 'Other.route.example "two" is invalid: kind: Invalid value: "Other": must be Gadget'],
  ])('wants %j to say what it is', async (object, message) => {
    const answer = await server.request('POST', GADGETS, object);
    expect([answer.status, answer.body.message]).toEqual([message.includes('invalid:') ? 422 : 400, message]);
  });

  it('refuses a patch to another kind as its validation would', async () => {
    const answer = await server.patch(`${GADGETS}/one`, 'merge', { kind: 'Other', apiVersion: 'v1' });
    expect([answer.status, answer.body.message]).toEqual([
      422, 'Other "one" is invalid: [kind: Invalid value: "Other": must be Gadget, apiVersion: Invalid value: "v1": must be route.example/v1]',
    ]);
  });

  it.each([
    [-1, '.spec.replicas: Invalid value: -1: should be a non-negative integer'],
    [3_000_000_000, '.spec.replicas: Invalid value: 3000000000: should be less than or equal to 2147483647'],
  ])('lets no object have %i replicas, which its scale could not show', async (replicas, problem) => {
    const answer = await server.request('POST', GADGETS, gadget('two', { spec: { replicas } }));
    expect([answer.status, answer.body.message]).toEqual([422, `Gadget.route.example "two" is invalid: ${problem}`]);
  });

  it('names the field of an invalid status as its own schema does', async () => {
    const answer = await server.patch(`${GADGETS}/one/status`, 'merge', { status: { phase: 1 } });
    expect(answer.body.message).toContain('status.phase: Invalid value: "integer": phase in body must be of type string: "integer"');
  });

  it('keeps who manages what where a writer sends an empty list', async () => {
    const answer = await server.patch(`${GADGETS}/one`, 'merge', { metadata: { managedFields: [] } });
    expect(answer.body.metadata.managedFields).toHaveLength(1);
  });

  it('shows its scale in columns, and not in protobuf', async () => {
    const table = await server.request('GET', `${GADGETS}/one/scale`, undefined, { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' });
    expect(table.body).toMatchObject({ columnDefinitions: [{ name: 'Name' }, { description: 'Number of desired replicas' }, { description: 'Number of actual replicas' }, { name: 'Age', type: 'date' }] });
    expect((await server.request('GET', `${GADGETS}/one/scale`, undefined, { accept: 'application/vnd.kubernetes.protobuf' })).status).toBe(406);
  });

  it.each([
    [GADGETS, 'PartialObjectMetadata', 406, 'you requested PartialObjectMetadata, but the requested object is a list (*unstructured.UnstructuredList)'],
    [`${GADGETS}/one`, 'PartialObjectMetadataList', 500, 'content is not a list'],
    ['/api/v1/pods', 'PartialObjectMetadata', 406, 'you requested PartialObjectMetadata, but the requested object is a list (*core.PodList)'],
    ['/api/v1/namespaces/default', 'PartialObjectMetadataList', 406, 'you requested PartialObjectMetadataList, but the requested object is not a list (*core.Namespace)'],
  ])('%s is not answered as %s', async (path, as, code, message) => {
    const answer = await server.request('GET', path, undefined, { accept: `application/json;as=${as};g=meta.k8s.io;v=v1` });
    expect([answer.status, answer.body.message]).toEqual([code, message]);
  });

  it('tells of finalizers that nobody can be known by, once', async () => {
    const finalizers = ['mine', 'me.example', 'me.example/mine', 'orphan'];
    const made = await server.request('POST', `${GADGETS}?dryRun=All`, gadget('two', { metadata: { name: 'two', finalizers } }));
    const advice = 'to avoid accidental conflicts with other finalizer writers"';
    expect(made.headers.warning).toBe(
      `299 - "metadata.finalizers: \\"me.example\\": prefer a domain-qualified finalizer name including a path (/) ${advice}, ` +
      `299 - "metadata.finalizers: \\"mine\\": prefer a domain-qualified finalizer name ${advice}`,
    );
  });
});
