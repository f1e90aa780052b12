import { hasReason } from '@typekube/apimachinery';
import { RestMapper } from '../discovery/rest-mapper';
import { TestApiServer } from '../testing';
import { Client } from './client';
import { configMaps, deployments, namespaces, pods, serviceAccounts } from './kinds';
import { retryOnConflict } from './retry-on-conflict';

let server: TestApiServer;
let client: Client;
beforeAll(async () => {
  server = await TestApiServer.start();
  client = await server.client();
  await client.for(namespaces).create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
});
afterAll(() => server.stop());

const configMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: 'v1' as const,
  kind: 'ConfigMap' as const,
  metadata: { name, labels: { app: 'shop' } },
  data,
});

it('creates, reads, updates, patches and deletes', async () => {
  const maps = client.for(configMaps, 'shop');
  const created = await maps.create(configMap('a', { x: '1' }));
  expect(created.metadata).toMatchObject({ name: 'a', namespace: 'shop', uid: expect.any(String) });
  const updated = await maps.update({ ...created, data: { x: '2' } });
  expect((await maps.get('a')).data).toEqual({ x: '2' });
  await expect(maps.update({ ...created, data: { x: '3' } })).rejects.toMatchObject({ code: 409, reason: 'Conflict' });
  expect((await maps.patch('a', { type: 'merge', body: { data: { y: '3' } } })).data).toEqual({ x: '2', y: '3' });
  const ops = [{ op: 'remove', path: '/data/x' }];
  expect((await maps.patch('a', { type: 'json', body: ops })).data).toEqual({ y: '3' });
  expect((await maps.patch('a', { type: 'strategic', body: { data: { z: '4' } } })).data).toEqual({ y: '3', z: '4' });
  await expect(maps.delete('a', { preconditions: { uid: 'other' } })).rejects.toMatchObject({ reason: 'Conflict' });
  await maps.delete('a', { preconditions: { uid: updated.metadata.uid ?? '' } });
  const gone: unknown = await maps.get('a').catch((error: unknown) => error);
  expect(hasReason(gone, 'NotFound')).toBe(true);
  expect(gone).toMatchObject({ message: 'configmaps "a" not found' });
});

it('lists with selectors, in pages, over all namespaces, with apiVersion and kind on every item', async () => {
  const maps = client.for(configMaps, 'shop');
  await Promise.all(Array.from({ length: 12 }, (_, i) => maps.create(configMap(`page-${i}`))));
  const found: string[] = [];
  for await (const item of maps.listAll({ limit: 5, labelSelector: 'app=shop' })) found.push(`${item.kind} ${item.apiVersion}`);
  expect(found).toEqual(Array(12).fill('ConfigMap v1'));
  const everywhere = await client.for(configMaps).list({ fieldSelector: 'metadata.name=page-3' });
  expect(everywhere.items.map((item) => item.metadata.namespace)).toEqual(['shop']);
  await maps.deleteCollection({}, { labelSelector: 'app=shop' });
  expect((await maps.list({ labelSelector: 'app=shop' })).items).toEqual([]);
});

it('writes status apart, and subresources of other kinds', async () => {
  const sets = client.for(deployments, 'shop');
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'busybox' }] } };
  const made = await sets.create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
  });
  const status = await sets.updateStatus({
    ...made,
    spec: { ...made.spec, replicas: 9, selector: {}, template },
    status: { replicas: 1 },
  });
  expect([status.spec?.replicas, status.status?.replicas]).toEqual([2, 1]);
  const scale = await sets.getSubresource('web', 'scale');
  expect(scale).toMatchObject({ kind: 'Scale', spec: { replicas: 2 } });
  const scaled = { ...scale, spec: { replicas: 4 } };
  expect(await sets.updateSubresource('web', 'scale', scaled)).toMatchObject({ spec: { replicas: 4 } });
});

it('shows what changes, from a resource version on, and ends with its loop', async () => {
  const maps = client.for(configMaps, 'shop');
  const { metadata } = await maps.list();
  await maps.create(configMap('w'));
  await maps.delete('w');
  const seen: string[] = [];
  for await (const event of maps.watch({ resourceVersion: metadata.resourceVersion ?? '' })) {
    seen.push(`${event.type} ${event.object.metadata.name}`);
    if (seen.length === 2) break;
  }
  expect(seen).toEqual(['ADDED w', 'DELETED w']);
});

it('ends a watch with the reason of its signal', async () => {
  const controller = new AbortController();
  const watch = client.for(pods).watch({ signal: controller.signal });
  const next = watch.next();
  controller.abort(new Error('enough'));
  await expect(next).rejects.toThrow('enough');
});

it('runs again on a conflict with what is there now', async () => {
  const maps = client.for(configMaps, 'shop');
  const stale = await maps.create(configMap('race'));
  await maps.update({ ...stale, data: { by: 'other' } });
  let attempts = 0;
  const result = await retryOnConflict(async () => {
    const current = attempts++ === 0 ? stale : await maps.get('race');
    return maps.update({ ...current, data: { ...current.data, mine: 'yes' } });
  });
  expect([attempts, result.data]).toEqual([2, { by: 'other', mine: 'yes' }]);
});

it('reaches kinds that it knows only by discovery', async () => {
  const mapper = new RestMapper(client.discovery);
  const ref = await mapper.resourceOf({ group: 'apps', kind: 'Deployment' });
  expect(ref).toEqual({ group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment', namespaced: true });
  expect((await client.for(ref, 'shop').list()).items.map((item) => item['kind'])).toEqual(['Deployment']);
  await expect(mapper.resourceOf({ group: 'apps', kind: 'Nope' }, 'v1')).rejects.toThrow(
    'no matches for kind "Nope" in version "apps/v1"',
  );
});

it('names the request in the errors of a server that is not there', async () => {
  const config = await server.config();
  using nobody = new Client({ ...config, server: 'https://127.0.0.1:1' }, { component: 'test' });
  const error: unknown = await nobody
    .for(serviceAccounts, 'shop')
    .get('default')
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'ConnectionError', code: 'ECONNREFUSED' });
  const request = 'Get "https://127.0.0.1:1/api/v1/namespaces/shop/serviceaccounts/default"';
  expect(String(error)).toBe(`ConnectionError: ${request}: dial tcp 127.0.0.1:1: connect: connection refused`);
});
