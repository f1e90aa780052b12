// A program as users write them with @kubernetes/client-node. Run with KUBECONFIG and NAMESPACE set and the name of a part of it;
// ends with 0 when all went as it should.
import assert from 'node:assert/strict';
import {
  ApiException,
  ApiextensionsV1Api,
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  V1ConfigMap,
  VersionApi,
  Watch,
} from '@kubernetes/client-node';

const config = new KubeConfig();
config.loadFromDefault();
const core = config.makeApiClient(CoreV1Api);
const namespace = process.env.NAMESPACE ?? 'default';
const watchPath = `/api/v1/namespaces/${namespace}/configmaps`;

const configMap = (name, data = { color: 'red' }, labels = {}) => ({ metadata: { name, labels }, data });
const create = (name, ...rest) => core.createNamespacedConfigMap({ namespace, body: configMap(name, ...rest) });

/** The code and reason of the failure that the promise must end with. */
async function failure(promise) {
  const error = await promise.then(
    () => assert.fail('it was expected to fail'),
    (reason) => reason,
  );
  assert.ok(error instanceof ApiException, String(error));
  return { code: error.code, status: JSON.parse(error.body) };
}

/** Collects the events of a watch until it has `count`, then ends it. */
function collect(query, count, onStart = async () => {}) {
  return new Promise((resolve, reject) => {
    const events = [];
    let abort;
    const take = (type, object) => {
      events.push({ type, name: object.metadata.name, color: object.data?.color, version: object.metadata.resourceVersion });
      if (events.length < count) return;
      abort.abort();
      resolve(events);
    };
    new Watch(config)
      .watch(watchPath, query, take, (error) => error && error.name !== 'AbortError' && reject(error))
      .then(async (controller) => {
        abort = controller;
        await onStart();
      })
      .catch(reject);
  });
}

const parts = {
  async list() {
    await Promise.all(['a', 'b', 'c'].map((name) => create(name, { color: name }, { even: String(name === 'b') })));
    const all = await core.listNamespacedConfigMap({ namespace });
    assert.deepEqual(
      all.items.map(({ metadata }) => metadata.name),
      ['a', 'b', 'c'],
    );
    assert.ok(all.items[0].metadata.creationTimestamp instanceof Date);
    const selected = await core.listNamespacedConfigMap({ namespace, labelSelector: 'even=true' });
    assert.deepEqual(
      selected.items.map(({ metadata }) => metadata.name),
      ['b'],
    );
    const first = await core.listNamespacedConfigMap({ namespace, limit: 2 });
    assert.equal(first.items.length, 2);
    assert.equal(first.metadata.remainingItemCount, 1);
    const rest = await core.listNamespacedConfigMap({ namespace, limit: 2, _continue: first.metadata._continue });
    assert.deepEqual(
      rest.items.map(({ metadata }) => metadata.name),
      ['c'],
    );
    assert.deepEqual(await core.readNamespacedConfigMap({ namespace, name: 'a' }).then(({ data }) => data), { color: 'a' });
    assert.equal((await config.makeApiClient(VersionApi).getCode()).major, '1');
  },

  async watch() {
    const before = await core.listNamespacedConfigMap({ namespace });
    const query = { resourceVersion: before.metadata.resourceVersion };
    const seen = await collect(query, 2, async () => {
      await create('a');
      await core.patchNamespacedConfigMap(
        { namespace, name: 'a', body: { data: { color: 'blue' } } },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
    });
    assert.deepEqual(
      seen.map(({ type, name, color }) => [type, name, color]),
      [
        ['ADDED', 'a', 'red'],
        ['MODIFIED', 'a', 'blue'],
      ],
    );
    // While nobody watches, more happens; a watch from the last event sees all of it, in order and once.
    await core.replaceNamespacedConfigMap({ namespace, name: 'a', body: configMap('a', { color: 'green' }) });
    await create('b');
    await core.deleteNamespacedConfigMap({ namespace, name: 'a' });
    const resumed = await collect({ resourceVersion: seen[1].version }, 3);
    assert.deepEqual(
      resumed.map(({ type, name }) => `${type} ${name}`),
      ['MODIFIED a', 'ADDED b', 'DELETED a'],
    );
    const versions = [...seen, ...resumed].map(({ version }) => Number(version));
    assert.deepEqual(
      versions,
      [...versions].sort((a, b) => a - b),
    );
  },

  async informer() {
    await create('old');
    const informer = makeInformer(config, watchPath, () => core.listNamespacedConfigMap({ namespace }));
    const events = [];
    const waiting = [];
    const note = (type) => (object) => {
      events.push(`${type} ${object.metadata.name}`);
      for (const { text, resolve } of waiting) if (events.includes(text)) resolve();
    };
    const seen = (text) => new Promise((resolve) => (events.includes(text) ? resolve() : waiting.push({ text, resolve })));
    for (const type of ['add', 'update', 'delete']) informer.on(type, note(type));
    await informer.start();
    await seen('add old');
    await create('new');
    await seen('add new');
    await core.replaceNamespacedConfigMap({ namespace, name: 'new', body: configMap('new', { color: 'blue' }) });
    await seen('update new');
    assert.equal(informer.get('new', namespace).data.color, 'blue');
    await core.deleteNamespacedConfigMap({ namespace, name: 'old' });
    await seen('delete old');
    assert.deepEqual(
      informer.list(namespace).map(({ metadata }) => metadata.name),
      ['new'],
    );
    await informer.stop();
  },

  async patch() {
    await create('a', { color: 'red', size: 'big' });
    const patch = async (body, type) => {
      const { data } = await core.patchNamespacedConfigMap(
        { namespace, name: 'a', body },
        setHeaderOptions('Content-Type', type),
      );
      return data;
    };
    assert.deepEqual(await patch([{ op: 'replace', path: '/data/color', value: 'blue' }], PatchStrategy.JsonPatch), {
      color: 'blue',
      size: 'big',
    });
    assert.deepEqual(await patch({ data: { size: null } }, PatchStrategy.MergePatch), { color: 'blue' });
    assert.deepEqual(await patch({ data: { shape: 'round' } }, PatchStrategy.StrategicMergePatch), {
      color: 'blue',
      shape: 'round',
    });
    const { code, status } = await failure(patch([{ op: 'test', path: '/data/color', value: 'red' }], PatchStrategy.JsonPatch));
    assert.equal(code, 422);
    assert.equal(status.reason, 'Invalid');
  },

  async apply() {
    const apply = (data, fieldManager, force) => {
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data };
      return core.patchNamespacedConfigMap({ namespace, name: 'a', body, fieldManager, force }, setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply));
    };
    assert.deepEqual((await apply({ color: 'red', size: 'big' }, 'one')).data, { color: 'red', size: 'big' });
    const { code, status } = await failure(apply({ color: 'blue' }, 'two'));
    assert.equal(code, 409);
    assert.equal(status.message, 'Apply failed with 1 conflict: conflict with "one": .data.color');
    const { data, metadata } = await apply({ color: 'blue' }, 'two', true);
    assert.deepEqual(data, { color: 'blue', size: 'big' });
    assert.deepEqual(metadata.managedFields.map(({ manager, operation }) => [manager, operation]), [['one', 'Apply'], ['two', 'Apply']]);
    assert.deepEqual((await apply({}, 'one')).data, { color: 'blue' });
  },

  async conflict() {
    const created = await create('a');
    const change = (color) => Object.assign(new V1ConfigMap(), created, { data: { color } });
    await core.replaceNamespacedConfigMap({ namespace, name: 'a', body: change('blue') });
    const { code, status } = await failure(core.replaceNamespacedConfigMap({ namespace, name: 'a', body: change('green') }));
    assert.equal(code, 409);
    assert.equal(status.reason, 'Conflict');
    assert.equal(
      status.message,
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; ' +
        'please apply your changes to the latest version and try again',
    );
    assert.equal((await failure(create('a'))).status.reason, 'AlreadyExists');
    assert.equal((await core.readNamespacedConfigMap({ namespace, name: 'a' })).data.color, 'blue');
  },

  async delete() {
    const { metadata } = await create('a');
    const remove = (preconditions) => core.deleteNamespacedConfigMap({ namespace, name: 'a', body: { preconditions } });
    assert.equal((await failure(remove({ uid: 'another' }))).code, 409);
    assert.equal((await remove({ uid: metadata.uid, resourceVersion: metadata.resourceVersion })).status, 'Success');
    assert.equal((await failure(core.readNamespacedConfigMap({ namespace, name: 'a' }))).code, 404);
    await Promise.all(['b', 'c'].map((name) => create(name)));
    await core.deleteCollectionNamespacedConfigMap({ namespace });
    assert.deepEqual((await core.listNamespacedConfigMap({ namespace })).items, []);
  },

  async workloads() {
    const apps = config.makeApiClient(AppsV1Api);
    const labels = { app: 'web' };
    const spec = {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'nginx' }] } },
    };
    await apps.createNamespacedDeployment({ namespace, body: { metadata: { name: 'web' }, spec } });
    const scale = await apps.readNamespacedDeploymentScale({ namespace, name: 'web' });
    scale.spec.replicas = 3;
    await apps.replaceNamespacedDeploymentScale({ namespace, name: 'web', body: scale });
    const deployment = await apps.readNamespacedDeployment({ namespace, name: 'web' });
    assert.equal(deployment.spec.replicas, 3);
    assert.equal(deployment.spec.strategy.rollingUpdate.maxSurge, '25%');
    deployment.status = { replicas: 3, readyReplicas: 2 };
    await apps.replaceNamespacedDeploymentStatus({ namespace, name: 'web', body: deployment });
    assert.equal((await apps.readNamespacedDeployment({ namespace, name: 'web' })).status.readyReplicas, 2);
    const any = KubernetesObjectApi.makeApiClient(config);
    const read = await any.read({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace } });
    assert.equal(read.metadata.uid, deployment.metadata.uid);
    const custom = config.makeApiClient(CustomObjectsApi);
    const list = await custom.listNamespacedCustomObject({ group: 'apps', version: 'v1', namespace, plural: 'deployments' });
    assert.equal(list.items.length, 1);
  },

  async custom() {
    const group = `${namespace}.example.com`;
    const at = { group, version: 'v1', namespace, plural: 'widgets' };
    const openAPIV3Schema = { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer', _default: 2 } } } } };
    const extensions = config.makeApiClient(ApiextensionsV1Api);
    const definition = {
      metadata: { name: `widgets.${group}` },
      spec: {
        group, scope: 'Namespaced', names: { plural: 'widgets', kind: 'Widget' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
      },
    };
    await extensions.createCustomResourceDefinition({ body: definition });
    const custom = config.makeApiClient(CustomObjectsApi);
    const widget = (name, spec) => ({ apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name }, spec });
    // Who has created the definition need not wait: the server does.
    const made = await custom.createNamespacedCustomObject({ ...at, body: widget('a', {}) });
    assert.equal(made.spec.size, 2);
    const informer = makeInformer(config, `/apis/${group}/v1/namespaces/${namespace}/widgets`, () => custom.listNamespacedCustomObject(at));
    const seen = new Promise((resolve) => informer.on('add', (object) => object.metadata.name === 'b' && resolve()));
    await informer.start();
    const any = KubernetesObjectApi.makeApiClient(config);
    await any.create({ ...widget('b', { size: 3 }), metadata: { name: 'b', namespace } });
    await seen;
    await informer.stop();
    const wrong = await failure(custom.createNamespacedCustomObject({ ...at, body: widget('c', { size: 'x' }) }));
    assert.deepEqual([wrong.code, wrong.status.details.causes[0].field], [422, 'spec.size']);
    await extensions.deleteCustomResourceDefinition({ name: `widgets.${group}` });
  },
};

const part = parts[process.argv[2]];
assert.ok(part, `there is no part ${process.argv[2]}`);
await part();
