import { type Answer, TestServer } from '../testing';

const PODS = '/api/v1/namespaces/default/pods';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const BUDGETS = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';

describe('subresources', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start();
  });

  afterAll(() => server.stop());

  const told = ({ status, body }: Answer): unknown[] => [status, body.reason, body.message];
  const pod = async (name: string, { labels = {}, spec = {} }: { labels?: Record<string, string>; spec?: object } = {}): Promise<Answer> => {
    return server.request('POST', PODS, { metadata: { name, labels }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } });
  };
  const getPod = (name: string): Promise<Answer> => server.request('GET', `${PODS}/${name}`);

  describe('scale', () => {
    const path = `${DEPLOYMENTS}/web/scale`;

    beforeAll(() =>
      server.request('POST', DEPLOYMENTS, {
        metadata: { name: 'web' },
        spec: {
          replicas: 3, selector: { matchLabels: { app: 'web' } },
          template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
        },
      }),
    );

    it('is a table of its own for who asks for one', async () => {
      const answer = await server.request('GET', path, undefined, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
      const { columnDefinitions, rows } = JSON.parse(answer.text) as { columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] };
      expect(columnDefinitions.map(({ name }) => name)).toEqual(['Name', 'Desired', 'Available', 'Age']);
      expect(rows.map(({ cells }) => cells.slice(0, 3))).toEqual([['web', 3, 0]]);
    });

    it.each(['v1', 'v1beta1'])('is its metadata alone for who asks for no more, of %s', async (version) => {
      const accept = `application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=${version}`;
      const { body: { metadata } } = await server.request('GET', path);
      const partial = { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata };
      expect((await server.request('GET', path, undefined, { accept })).body).toEqual(partial);
      const put = await server.request('PUT', `${path}?dryRun=All`, { metadata: { name: 'web' }, spec: { replicas: 4 } }, { accept });
      expect([put.status, put.body]).toEqual([200, partial]);
    });

    it('shows the replicas alone', async () => {
      const { body: { metadata } } = await server.request('GET', `${DEPLOYMENTS}/web`);
      const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
      expect((await server.request('GET', path)).body).toEqual({
        kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
        spec: { replicas: 3 }, status: { replicas: 0, selector: 'app=web' },
      });
    });

    it('is put and patched', async () => {
      const { body } = await server.request('GET', path);
      const put = await server.request('PUT', path, { ...body, spec: { replicas: 5 } });
      expect([put.status, put.body.spec]).toEqual([200, { replicas: 5 }]);
      const stale = await server.request('PUT', path, { ...body, spec: { replicas: 6 } });
      expect(told(stale)).toEqual([409, 'Conflict', expect.stringMatching(/^Operation cannot be fulfilled on deployments\.apps "web": the object has been modified/)]);
      const unversioned = await server.request('PUT', path, { metadata: { name: 'web' }, spec: { replicas: 7 } });
      expect([unversioned.status, unversioned.body.spec]).toEqual([200, { replicas: 7 }]);
      for (const type of ['merge', 'strategic-merge'] as const) {
        expect((await server.patch(path, type, { spec: { replicas: 2 } })).body.spec).toEqual({ replicas: 2 });
      }
      const json = await server.patch(path, 'json', [{ op: 'replace', path: '/spec/replicas', value: 0 }]);
      expect([json.status, json.body.spec]).toEqual([200, {}]);
      expect((await server.request('GET', `${DEPLOYMENTS}/web`)).body).toMatchObject({ spec: { replicas: 0 }, metadata: { generation: 5 } });
    });

    it.each([
      [{ metadata: { name: 'web' }, spec: { replicas: -1 } }, 422, /^Scale\.autoscaling "web" is invalid: spec\.replicas: Invalid value: -1: must be greater than or equal to 0$/],
      [{ metadata: { name: 'other' }, spec: { replicas: 1 } }, 400, /does not match the name on the URL \(web\)$/],
      [{ kind: 'Deployment', metadata: { name: 'web' } }, 400, /cannot be handled as a Scale/],
      [{ metadata: { name: 'web' }, spec: { replicas: 'x' } }, 400, /cannot unmarshal string into Go struct field ScaleSpec\.spec\.replicas of type int32/],
    ])('refuses %j', async (scale, code, message) => {
      const answer = await server.request('PUT', path, scale);
      expect(answer.status).toBe(code);
      expect(answer.body.message).toMatch(message);
    });

    it('is not there without its object', async () => {
      for (const method of ['GET', 'PUT', 'PATCH']) {
        const headers = { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
        const answer = await server.request(method, `${DEPLOYMENTS}/none/scale`, method === 'GET' ? undefined : { metadata: { name: 'none' } }, headers);
        expect(told(answer)).toEqual([404, 'NotFound', 'deployments.apps "none" not found']);
      }
    });
  });

  describe('binding', () => {
    const bind = (name: string, target: object = { kind: 'Node', name: 'n1' }, metadata: object = {}, query = ''): Promise<Answer> => {
      return server.request('POST', `${PODS}/${name}/binding${query}`, { metadata, target });
    };

    it('assigns a pod once', async () => {
      await pod('b1');
      const dry = await bind('b1', undefined, {}, '?dryRun=All');
      expect([dry.status, (await getPod('b1')).body.spec['nodeName']]).toEqual([201, undefined]);
      const bound = await bind('b1', { name: 'n1' }, { name: 'b1', annotations: { a: 'b' } });
      expect(bound.body).toEqual({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
      const { body } = await getPod('b1');
      expect(body).toMatchObject({
        metadata: { annotations: { a: 'b' } }, spec: { nodeName: 'n1' },
        status: { conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: expect.any(String) }] },
      });
      expect(told(await bind('b1'))).toEqual([
        409, 'Conflict', 'Operation cannot be fulfilled on pods/binding "b1": pod b1 is already assigned to node "n1"',
      ]);
    });

    it('ends the nomination of another node', async () => {
      await pod('nominated');
      await server.patch(`${PODS}/nominated/status`, 'merge', { status: { nominatedNodeName: 'n0' } });
      expect((await getPod('nominated')).body.status).toMatchObject({ nominatedNodeName: 'n0' });
      expect((await bind('nominated')).status).toBe(201);
      expect((await getPod('nominated')).body.status).not.toHaveProperty('nominatedNodeName');
    });

    it('binds the pod that the binding is of, and as it was seen', async () => {
      await pod('b5');
      const { uid, resourceVersion } = (await getPod('b5')).body.metadata;
      expect(told(await bind('b5', undefined, { uid: 'x' }))).toEqual([
        409, 'Conflict', `Operation cannot be fulfilled on pods/binding "b5": Precondition failed: UID in precondition: x, UID in object meta: ${uid}`,
      ]);
      expect(told(await bind('b5', undefined, { resourceVersion: '1' }))).toEqual([
        409, 'Conflict',
        'Operation cannot be fulfilled on pods/binding "b5": Precondition failed: ResourceVersion in precondition: 1, ' +
          `ResourceVersion in object meta: ${resourceVersion}`,
      ]);
      expect((await bind('b5', undefined, { uid, resourceVersion })).status).toBe(201);
    });

    it('binds through the collection of bindings, too', async () => {
      await pod('b2');
      const answer = await server.request('POST', '/api/v1/namespaces/default/bindings', { metadata: { name: 'b2' }, target: { name: 'n2' } });
      expect(answer.status).toBe(201);
      expect((await getPod('b2')).body.spec['nodeName']).toBe('n2');
    });

    it('of two at once one succeeds', async () => {
      await pod('b3');
      const answers = await Promise.all(['x', 'y', 'z'].map((name) => bind('b3', { name })));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    });

    it('refuses what cannot be bound', async () => {
      await pod('gated', { spec: { schedulingGates: [{ name: 'a/b' }] } });
      expect(told(await bind('gated'))).toEqual([
        409, 'Conflict', 'Operation cannot be fulfilled on pods/binding "gated": pod gated has non-empty .spec.schedulingGates',
      ]);
      expect((await bind('none')).status).toBe(404);
      await pod('b4');
      expect((await bind('b4', {})).status).toBe(422);
      expect(told(await bind('b4', { kind: 'Pod', name: 'x' }))).toEqual([
        422, 'Invalid', 'Binding "b4" is invalid: target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"',
      ]);
      expect(told(await bind('b4', undefined, { name: 'b3' }))).toEqual([400, 'BadRequest', 'name in URL does not match name in Binding object']);
      expect((await bind('b4', undefined, { uid: 'other' })).status).toBe(409);
      expect((await server.request('POST', `${PODS}/b4/binding`, '[]')).status).toBe(400);
      expect((await getPod('b4')).body.spec['nodeName']).toBeUndefined();
    });
  });

  describe('eviction', () => {
    const evict = (name: string, more: object = {}): Promise<Answer> => server.request('POST', `${PODS}/${name}/eviction`, { metadata: { name }, ...more });

    const running = async (name: string, labels: Record<string, string>): Promise<void> => {
      await pod(name, { labels, spec: { nodeName: 'n' } });
      const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
      expect((await server.patch(`${PODS}/${name}/status`, 'merge', { status })).status).toBe(200);
    };
    const budget = async (name: string, labels: Record<string, string>, status: object): Promise<void> => {
      await server.request('POST', BUDGETS, { metadata: { name }, spec: { minAvailable: 1, selector: { matchLabels: labels } } });
      const written = await server.patch(`${BUDGETS}/${name}/status`, 'merge', { status });
      expect(written.status).toBe(200);
    };

    it('deletes a pod that no budget holds', async () => {
      await running('free', { app: 'free' });
      const answer = await evict('free', { deleteOptions: { gracePeriodSeconds: 7 } });
      expect(answer.body).toEqual({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
      expect((await getPod('free')).body.metadata.deletionGracePeriodSeconds).toBe(7);
    });

    it('spends what the budget allows, and then refuses with 429', async () => {
      for (const name of ['m1', 'm2', 'm3']) await running(name, { app: 'many' });
      await budget('many', { app: 'many' }, { observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 });
      const answers = await Promise.all(['m1', 'm2', 'm3'].map((name) => evict(name)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 429, 429]);
      const refused = answers.find(({ status }) => status === 429)!;
      expect(refused.body).toMatchObject({
        reason: 'TooManyRequests', message: "Cannot evict pod as it would violate the pod's disruption budget.",
        details: { causes: [{ reason: 'DisruptionBudget', message: 'The disruption budget many needs 2 healthy pods and has 3 currently' }] },
      });
      const { body } = await server.request('GET', `${BUDGETS}/many`);
      expect(body.status).toMatchObject({
        disruptionsAllowed: 0, disruptedPods: expect.any(Object),
        conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods', observedGeneration: 1 }],
      });
    });

    it('says on the pod that it is disrupted, but not in a dry run', async () => {
      await running('told', { app: 'told' });
      const status = async (): Promise<unknown> => (await getPod('told')).body.status;
      const conditions = expect.arrayContaining([
        {
          type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting',
          lastTransitionTime: expect.any(String),
        },
      ]);
      expect((await evict('told', { deleteOptions: { dryRun: ['All'] } })).status).toBe(201);
      expect(await status()).not.toMatchObject({ conditions });
      expect((await evict('told')).status).toBe(201);
      expect(await status()).toMatchObject({ conditions });
    });

    it('takes what the client says of the pod at its word', async () => {
      await running('seen', { app: 'seen' });
      const { uid, resourceVersion } = (await getPod('seen')).body.metadata;
      expect(told(await evict('seen', { deleteOptions: { preconditions: { uid: 'other' } } }))).toEqual([
        409, 'Conflict', expect.stringMatching(/the UID in the precondition \(other\) does not match the UID in record/),
      ]);
      expect(told(await evict('seen', { deleteOptions: { preconditions: { resourceVersion: '1' } } }))).toEqual([
        409, 'Conflict', expect.stringMatching(/the ResourceVersion in the precondition \(1\) does not match/),
      ]);
      expect((await getPod('seen')).body.metadata.deletionTimestamp).toBeUndefined();
      expect((await evict('seen', { deleteOptions: { preconditions: { uid, resourceVersion } } })).status).toBe(201);
      expect((await getPod('seen')).body.metadata.deletionTimestamp).toBeDefined();
    });

    it('lets pods go that are not ready and do not count', async () => {
      await running('sick', { app: 'sick' });
      await server.patch(`${PODS}/sick/status`, 'merge', { status: { conditions: [{ type: 'Ready', status: 'False' }] } });
      await budget('sick', { app: 'sick' }, { observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2, expectedPods: 3 });
      expect((await evict('sick')).status).toBe(201);
      expect((await server.request('GET', `${BUDGETS}/sick`)).body.status).not.toHaveProperty('disruptedPods');
    });

    it('takes evictions of policy/v1beta1 from old clients, and of nothing else', async () => {
      await running('old', { app: 'old' });
      expect((await evict('old', { kind: 'Eviction', apiVersion: 'policy/v2' })).status).toBe(400);
      expect((await evict('old', { kind: 'Eviction', apiVersion: 'policy/v1beta1' })).status).toBe(201);
    });

    it('waits for a budget that has not been looked at yet', async () => {
      await running('early', { app: 'early' });
      await server.request('POST', BUDGETS, { metadata: { name: 'early' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'early' } } } });
      const refused = await evict('early');
      expect([refused.status, refused.headers['retry-after']]).toEqual([429, '10']);
      expect(refused.body.details?.causes?.[0]?.message).toBe('The disruption budget early is still being processed by the server.');
    });

    it('spends a budget that is about all pods of its namespace, and none that is about no pods', async () => {
      await server.request('POST', '/api/v1/namespaces', { metadata: { name: 'all' } });
      const [pods, budgets] = [PODS, BUDGETS].map((path) => path.replace('/default/', '/all/')) as [string, string];
      await server.request('POST', pods, { metadata: { name: 'unlabelled' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
      await server.patch(`${pods}/unlabelled/status`, 'merge', { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } });
      for (const [name, selector] of [['every', {}], ['none', undefined]] as const) {
        await server.request('POST', budgets, { metadata: { name }, spec: { maxUnavailable: 0, selector } });
        await server.patch(`${budgets}/${name}/status`, 'merge', { status: { observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 } });
      }
      const refused = await server.request('POST', `${pods}/unlabelled/eviction`, { metadata: { name: 'unlabelled' } });
      expect([refused.status, refused.body.details?.causes?.[0]?.message]).toEqual([429, 'The disruption budget every needs 1 healthy pods and has 1 currently']);
      await server.request('DELETE', `${budgets}/every`);
      expect((await server.request('POST', `${pods}/unlabelled/eviction`, { metadata: { name: 'unlabelled' } })).status).toBe(201);
    });

    it('evicts freely what disturbs nobody', async () => {
      await pod('pending', { labels: { app: 'many' } });
      expect((await evict('pending')).status).toBe(201);
    });

    it('tries only in a dry run, without spending', async () => {
      await running('dry', { app: 'dry' });
      await budget('dry', { app: 'dry' }, { observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 });
      expect((await server.request('POST', `${PODS}/dry/eviction?dryRun=All`, { metadata: { name: 'dry' } })).status).toBe(201);
      expect((await evict('dry', { deleteOptions: { dryRun: ['All'] } })).status).toBe(201);
      expect((await getPod('dry')).body.metadata.deletionTimestamp).toBeUndefined();
      expect((await server.request('GET', `${BUDGETS}/dry`)).body.status).toMatchObject({ disruptionsAllowed: 1 });
    });

    it('refuses what is wrong', async () => {
      await running('two', { app: 'two' });
      for (const name of ['two-a', 'two-b']) await budget(name, { app: 'two' }, { observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 1, desiredHealthy: 0, expectedPods: 1 });
      const two = await evict('two');
      expect([two.status, two.body.message]).toEqual([500, 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.']);
      expect(told(await evict('none'))).toEqual([404, 'NotFound', 'pods "none" not found']);
      expect((await server.request('POST', `${PODS}/two/eviction`, { metadata: { name: 'other' } })).status).toBe(400);
    });
  });

  it('adds ephemeral containers through their own path only', async () => {
    await pod('debugged');
    const ephemeralContainers = [{ name: 'debug', image: 'busybox' }];
    const through = await server.patch(`${PODS}/debugged/ephemeralcontainers`, 'strategic-merge', { spec: { ephemeralContainers } });
    expect(through.status).toBe(200);
    expect(through.body).toMatchObject({ kind: 'Pod', spec: { ephemeralContainers: [{ name: 'debug' }] } });
    const main = await server.patch(`${PODS}/debugged`, 'strategic-merge', { spec: { ephemeralContainers: [{ name: 'second', image: 'busybox' }] } });
    expect(main.status).toBe(422);
    const removed = await server.patch(`${PODS}/debugged/ephemeralcontainers`, 'merge', { spec: { ephemeralContainers: null } });
    expect(removed.status).toBe(422);
  });

  it('finds the container whose log or command is asked for, and its node', async () => {
    await pod('placeless');
    expect((await server.request('GET', `${PODS}/placeless/log`)).status).toBe(200);
    const wrong = await server.request('GET', `${PODS}/placeless/log?container=nothing`);
    expect([wrong.status, wrong.body.message]).toEqual([400, 'container nothing is not valid for pod placeless']);
    const plain = await server.request('POST', `${PODS}/placeless/exec?command=ls`);
    expect([plain.status, plain.body.message]).toEqual([400, 'Upgrade request required']);
    await pod('placed', { spec: { nodeName: 'nowhere' } });
    const lost = await server.request('GET', `${PODS}/placed/log`);
    expect([lost.status, lost.body.message]).toEqual([404, 'nodes "nowhere" not found']);
  });
});
