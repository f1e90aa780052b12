import type { EtcdProcess } from '@typekube/storage/testing';
import type { ObjectList } from './support/api-client';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';
import { fillingOf, Storm, type StormObject } from './support/storm';

const PATH = '/api/v1/namespaces/default/configmaps';
const KILLS = 3;
const WRITES_BETWEEN = 200;

interface StormList extends ObjectList {
  readonly items: StormObject[];
}

const scope = new Scope();

/** What is killed, and how it comes back. */
interface Target {
  start(): Promise<ServerProcess>;
  kill(server: ServerProcess): Promise<void>;
}

function embedded(): Target {
  const dataDir = scope.folder();
  return { start: () => scope.server({ dataDir }), kill: (server) => server.kill() };
}

function withEtcd(): Target {
  const dataDir = scope.folder();
  let etcd: EtcdProcess | undefined;
  return {
    async start() {
      if (etcd) await etcd.restart();
      etcd ??= await scope.etcd();
      return scope.server({ dataDir, args: [`--etcd-servers=${etcd.endpoint}`] });
    },
    async kill(server) {
      await Promise.all([server.kill(), etcd?.kill()]);
    },
  };
}

const targets: [string, () => Target][] = [
  ['the embedded store', embedded],
  ['etcd, killed too', withEtcd],
];

describe.each(targets)('kill -9 during a storm of writes on %s', (_, target) => {
  it('loses no acknowledged write, leaves none half done, and revisions go on rising', async () => {
    const { start, kill } = target();
    const storm = new Storm();
    let server = await start();
    let newest = 0;
    for (let round = 0; round < KILLS; round++) {
      storm.start(server, round);
      await storm.reached(storm.total + WRITES_BETWEEN);
      await kill(server);
      await storm.ended();
      server = await start();
      newest = await check(server, storm, newest);
    }
    expect(await server.stop()).toBe(0);
  });
});

/** Compares what is there with what was acknowledged; gives the revision of the list. */
async function check({ client }: ServerProcess, storm: Storm, before: number): Promise<number> {
  const list = await client.get<StormList>(PATH);
  const found = new Map(list.items.map((item) => [item.metadata.name ?? '', item]));
  const lost = [...storm.acknowledged].filter(([name, { n, revision }]) => {
    const item = found.get(name);
    return !item || Number(item.data.n) < n || Number(item.metadata.resourceVersion) < revision;
  });
  expect(lost).toEqual([]);
  const objects = list.items.filter(({ metadata }) => metadata.name?.startsWith('storm-'));
  expect(objects.filter(({ data }) => data.filling !== fillingOf(Number(data.n)))).toEqual([]);
  // A write without its answer may have been done or not, but it is at most the one after the last acknowledged.
  expect(
    objects.filter(({ metadata, data }) => Number(data.n) > (storm.acknowledged.get(metadata.name ?? '')?.n ?? -1) + 1),
  ).toEqual([]);
  const revision = Number(list.metadata.resourceVersion);
  const acknowledged = Math.max(...[...storm.acknowledged.values()].map((write) => write.revision));
  expect(revision).toBeGreaterThanOrEqual(acknowledged);
  expect(revision).toBeGreaterThan(before);
  const next = await client.post(PATH, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'after-' } });
  expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(revision);
  return revision;
}

describe('etcd that goes away while the API server runs', () => {
  it('is waited for: not ready meanwhile, then all goes on, watches too', async () => {
    const etcd = await scope.etcd();
    const server = await scope.server({ args: [`--etcd-servers=${etcd.endpoint}`] });
    const { client } = server;
    const events = client.watch(`${PATH}?watch=1&fieldSelector=metadata.name=after`);
    const next = events.next();
    await client.post(PATH, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'before' } });
    await etcd.kill();
    const written = client.send('POST', PATH, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'during' } });
    const readiness = await client.send('GET', '/readyz');
    expect(readiness.status).toBe(500);
    expect(readiness.text).toContain('[-]etcd failed');
    expect((await client.send('GET', '/readyz/informer-sync')).status).toBe(200);
    expect(JSON.parse((await written).text)).toMatchObject({ code: 503, reason: 'ServiceUnavailable' });
    await etcd.restart();
    await client.post(PATH, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'after' } });
    expect((await next).value).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'after' } } });
    expect((await client.get(`${PATH}/before`)).metadata.name).toBe('before');
    expect((await client.send('GET', '/readyz')).status).toBe(200);
    await events.return();
  });
});
