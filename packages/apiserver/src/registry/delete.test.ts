import { type Answer, TestServer } from '../testing';

const MAPS = '/api/v1/namespaces/default/configmaps';
const PODS = '/api/v1/namespaces/default/pods';

describe('deletes', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start({ namespaces: ['default', 'other'] });
  });

  afterAll(() => server.stop());

  const create = (name: string, metadata: object = {}): Promise<Answer> => server.request('POST', MAPS, { metadata: { name, ...metadata } });
  const remove = (name: string, options?: object, query = ''): Promise<Answer> => server.request('DELETE', `${MAPS}/${name}${query}`, options);
  const get = (name: string): Promise<Answer> => server.request('GET', `${MAPS}/${name}`);

  it('answers with a Status that names what is gone', async () => {
    const { body } = await create('a');
    const answer = await remove('a');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name: 'a', kind: 'configmaps', uid: body.metadata.uid },
    });
    const again = await remove('a');
    expect([again.status, again.body.message]).toEqual([404, 'configmaps "a" not found']);
  });

  it('answers with the object where upstream does', async () => {
    const created = await server.request('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'sa' } });
    const answer = await server.request('DELETE', '/api/v1/namespaces/default/serviceaccounts/sa');
    expect(answer.body).toMatchObject({ kind: 'ServiceAccount', metadata: { uid: created.body.metadata.uid } });
  });

  it.each([
    ['uid', 'x', /^Operation cannot be fulfilled on ConfigMap "p": the UID in the precondition \(x\) does not match the UID in record \([0-9a-f-]{36}\)\. The object might have been deleted and then recreated$/],
    ['resourceVersion', '1', /^Operation cannot be fulfilled on ConfigMap "p": the ResourceVersion in the precondition \(1\) does not match the ResourceVersion in record \(\d+\)\. The object might have been modified$/],
  ])('deletes only the %s that is asked for', async (field, wrong, message) => {
    const { body } = await create('p');
    const refused = await remove('p', { preconditions: { [field]: wrong } });
    expect([refused.status, refused.body.reason]).toEqual([409, 'Conflict']);
    expect(refused.body.message).toMatch(message);
    expect((await remove('p', { preconditions: { [field]: body.metadata[field as 'uid'] } })).status).toBe(200);
  });

  it.each([
    [{ propagationPolicy: 'Foo' }, 422, 'propagationPolicy: Unsupported value: "Foo"'],
    [{ propagationPolicy: 'Orphan', orphanDependents: true }, 422, 'orphanDependents and deletionPropagation cannot be both set'],
    [{ dryRun: ['Foo'] }, 422, 'dryRun: Unsupported value'],
    [{ gracePeriodSeconds: 'x' }, 400, 'cannot unmarshal string'],
    [{ kind: 'Pod' }, 400, 'Pod'],
    ['nonsense', 400, 'invalid character'],
    [[], 400, 'cannot unmarshal array'],
  ])('refuses the options %j', async (options, code, message) => {
    await create('kept');
    const answer = await remove('kept', options as object);
    expect(answer.status).toBe(code);
    expect(answer.body.message).toContain(message);
    expect((await get('kept')).status).toBe(200);
  });

  it('takes options in the query where there is no body, and of any group', async () => {
    await create('q');
    expect((await remove('q', undefined, '?propagationPolicy=Foo')).status).toBe(422);
    expect((await remove('q', undefined, '?gracePeriodSeconds=x')).status).toBe(400);
    const options = { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1', propagationPolicy: 'Background' };
    expect((await remove('q', options)).status).toBe(200);
  });

  describe('finalizers', () => {
    it('keep the object, marked, until the last of them goes', async () => {
      await create('f', { finalizers: ['example.com/a', 'example.com/b'] });
      const marked = await remove('f');
      expect(marked.status).toBe(200);
      expect(marked.body.metadata).toMatchObject({
        deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 0, finalizers: ['example.com/a', 'example.com/b'],
      });
      const again = await remove('f');
      expect([again.status, again.body.metadata.resourceVersion]).toEqual([200, marked.body.metadata.resourceVersion]);
      const taken = await create('f');
      expect([taken.status, taken.body.message]).toEqual([409, 'object is being deleted: configmaps "f" already exists']);
      const added = await server.patch(`${MAPS}/f`, 'merge', { metadata: { finalizers: ['example.com/a', 'example.com/c'] } });
      expect([added.status, added.body.reason]).toEqual([422, 'Invalid']);
      await server.patch(`${MAPS}/f`, 'merge', { metadata: { finalizers: ['example.com/b'] } });
      expect((await get('f')).status).toBe(200);
      const watch = await server.watch(`${MAPS}?fieldSelector=metadata.name%3Df&resourceVersion=${(await get('f')).body.metadata.resourceVersion}`);
      const last = await server.patch(`${MAPS}/f`, 'merge', { metadata: { finalizers: null } });
      expect(last.status).toBe(200);
      expect((await watch.take(1))[0]!.type).toBe('DELETED');
      watch.close();
      expect((await get('f')).status).toBe(404);
    });

    it.each([
      ['Foreground', 200, ['foregroundDeletion']],
      ['Orphan', 200, ['orphan']],
    ])('stand for the propagation policy %s', async (propagationPolicy, code, finalizers) => {
      await create('d');
      const answer = await remove('d', { propagationPolicy });
      expect([answer.status, answer.body.metadata.finalizers]).toEqual([code, finalizers]);
      expect((await get('d')).body.metadata.deletionTimestamp).toEqual(expect.any(String));
      expect((await remove('d', { propagationPolicy: 'Background' })).status).toBe(200);
      expect((await get('d')).status).toBe(404);
    });

    it('follow orphanDependents of old clients', async () => {
      await create('o');
      expect((await remove('o', { orphanDependents: true })).body.metadata.finalizers).toEqual(['orphan']);
      expect((await remove('o', { orphanDependents: false })).status).toBe(200);
      expect((await get('o')).status).toBe(404);
    });

    it('raise the generation with the mark', async () => {
      const path = '/apis/apps/v1/namespaces/default/deployments';
      const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
      await server.request('POST', path, { metadata: { name: 'g', finalizers: ['x/y'] }, spec: { selector: { matchLabels: { a: 'b' } }, template } });
      expect((await server.request('DELETE', `${path}/g`)).body.metadata.generation).toBe(2);
      expect((await server.request('DELETE', `${path}/g`)).body.metadata.generation).toBe(2);
    });
  });

  describe('of pods', () => {
    const pod = async (name: string, spec: object = {}, metadata: object = {}): Promise<void> => {
      const { status } = await server.request('POST', PODS, { metadata: { name, ...metadata }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } });
      expect(status).toBe(201);
    };
    const removePod = (name: string, options?: object): Promise<Answer> => server.request('DELETE', `${PODS}/${name}`, options);
    const secondsLeft = ({ body }: Answer): number => (Date.parse(String(body.metadata.deletionTimestamp)) - Date.now()) / 1000;

    it('goes at once where it is on no node', async () => {
      await pod('unassigned');
      const answer = await removePod('unassigned');
      expect(answer.body).toMatchObject({ kind: 'Pod', metadata: { name: 'unassigned' } });
      expect((await server.request('GET', `${PODS}/unassigned`)).status).toBe(404);
    });

    it('gives its grace period, which may only become shorter', async () => {
      await pod('graceful', { nodeName: 'n', terminationGracePeriodSeconds: 60 });
      const first = await removePod('graceful', { gracePeriodSeconds: 40 });
      expect([first.status, first.body.metadata.deletionGracePeriodSeconds]).toEqual([200, 40]);
      expect(secondsLeft(first)).toBeGreaterThan(35);
      for (const options of [undefined, { gracePeriodSeconds: 40 }, { gracePeriodSeconds: 100 }]) {
        const longer = await removePod('graceful', options);
        expect([longer.status, longer.body.metadata.resourceVersion]).toEqual([200, first.body.metadata.resourceVersion]);
      }
      const shorter = await removePod('graceful', { gracePeriodSeconds: 5 });
      expect(shorter.body.metadata.deletionGracePeriodSeconds).toBe(5);
      expect(secondsLeft(shorter)).toBeLessThan(6);
      expect((await removePod('graceful', { gracePeriodSeconds: -1 })).body.metadata.deletionGracePeriodSeconds).toBe(1);
      await removePod('graceful', { gracePeriodSeconds: 0 });
      expect((await server.request('GET', `${PODS}/graceful`)).status).toBe(404);
    });

    it('has the default grace period of its spec', async () => {
      await pod('default', { nodeName: 'n' });
      expect((await removePod('default')).body.metadata.deletionGracePeriodSeconds).toBe(30);
    });

    it('keeps its finalizers to the end of its grace period and beyond', async () => {
      await pod('held', { nodeName: 'n' }, { finalizers: ['x/y'] });
      await removePod('held');
      const now = await removePod('held', { gracePeriodSeconds: 0 });
      expect(now.body.metadata).toMatchObject({ deletionGracePeriodSeconds: 0, finalizers: ['x/y'] });
      await server.patch(`${PODS}/held`, 'merge', { metadata: { finalizers: [] } });
      expect((await server.request('GET', `${PODS}/held`)).status).toBe(404);
    });

    it('does not go with its last finalizer while its grace period runs', async () => {
      await pod('running', { nodeName: 'n' }, { finalizers: ['x/y'] });
      await removePod('running');
      expect((await server.patch(`${PODS}/running`, 'merge', { metadata: { finalizers: [] } })).status).toBe(200);
      expect((await server.request('GET', `${PODS}/running`)).status).toBe(200);
    });
  });

  describe('of collections', () => {
    it('deletes what the selectors choose, and answers with it', async () => {
      const path = '/api/v1/namespaces/other/configmaps';
      for (let i = 0; i < 20; i += 1) await server.request('POST', path, { metadata: { name: `m${i}`, labels: { half: String(i % 2) } } });
      const answer = await server.request('DELETE', `${path}?labelSelector=half%3D1`);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ kind: 'ConfigMapList' });
      expect(answer.body.items).toHaveLength(10);
      expect((await server.request('GET', path)).body.items).toHaveLength(10);
      expect((await server.request('DELETE', `${path}?fieldSelector=metadata.name%3Dm0`)).body.items).toHaveLength(1);
      expect((await server.request('DELETE', `${path}?labelSelector=!!`)).status).toBe(400);
      await server.request('DELETE', path);
      expect((await server.request('GET', path)).body.items).toEqual([]);
    });
  });

  describe('of namespaces', () => {
    it.each(['default', 'kube-system', 'kube-public'])('does not delete %s', async (name) => {
      await server.request('POST', '/api/v1/namespaces', { metadata: { name } });
      const answer = await server.request('DELETE', `/api/v1/namespaces/${name}`);
      expect([answer.status, answer.body.reason, answer.body.message]).toEqual([
        403, 'Forbidden', `namespaces "${name}" is forbidden: this namespace may not be deleted`,
      ]);
    });

    it('passes through Terminating, takes nothing new, and goes when it is finalized', async () => {
      await server.request('POST', '/api/v1/namespaces', { metadata: { name: 'gone' } });
      const path = '/api/v1/namespaces/gone';
      await server.request('POST', `${path}/configmaps`, { metadata: { name: 'inside' } });
      const marked = await server.request('DELETE', path);
      expect(marked.status).toBe(200);
      expect(marked.body).toMatchObject({ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Terminating' } });
      expect(marked.body.metadata).not.toHaveProperty('deletionGracePeriodSeconds');
      const refused = await server.request('POST', `${path}/configmaps`, { metadata: { name: 'late' } });
      expect(refused.status).toBe(403);
      expect(refused.body).toMatchObject({
        message: 'configmaps "late" is forbidden: unable to create new content in namespace gone because it is being terminated',
        details: { name: 'late', kind: 'configmaps', causes: [{ reason: 'NamespaceTerminating', message: 'namespace gone is being terminated', field: 'metadata.namespace' }] },
      });
      expect((await server.patch(`${path}/configmaps/inside`, 'merge', { data: { a: 'b' } })).status).toBe(200);
      expect((await server.request('DELETE', `${path}/configmaps/inside`)).status).toBe(200);
      expect((await server.request('DELETE', path)).status).toBe(200);
      const finalized = await server.request('PUT', `${path}/finalize`, { ...marked.body, spec: { finalizers: [] } });
      expect(finalized.status).toBe(200);
      expect((await server.request('GET', path)).status).toBe(404);
    });
  });
});
