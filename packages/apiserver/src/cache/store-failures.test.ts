import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openEtcdStore, type Store, StoreError } from '@typekube/storage';
import { type EtcdProcess, startEtcd } from '@typekube/storage/testing';
import { type Answer, TestServer } from '../testing';

const MAPS = '/api/v1/namespaces/default/configmaps';

/** Asks until the answer is as expected. */
async function until(ask: () => Promise<Answer>, isExpected: (answer: Answer) => boolean): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (isExpected(answer)) return answer;
  }
}

describe('an etcd that goes away and returns', () => {
  let etcd: EtcdProcess;
  let store: Store;
  let server: TestServer;

  beforeAll(async () => {
    etcd = await startEtcd();
    store = await openEtcdStore({ endpoints: [etcd.endpoint] });
    server = await TestServer.start({ store });
  });

  afterAll(async () => {
    await server.stop();
    await store.close();
    await etcd.stop();
  });

  it('is answered for with 5xx in bounded time, and no event is missed', async () => {
    const create = (name: string): Promise<Answer> => server.request('POST', MAPS, { metadata: { name } });
    const watch = await server.watch(MAPS);
    expect((await create('before')).status).toBe(201);
    expect((await server.request('GET', '/readyz')).status).toBe(200);

    await etcd.kill();
    const started = performance.now();
    const answers = await Promise.all([
      create('during'),
      server.request('GET', MAPS),
      server.request('GET', `${MAPS}/before`),
      server.request('DELETE', `${MAPS}/before?dryRun=All`),
      server.patch(`${MAPS}/before`, 'merge', { data: { a: 'b' } }),
      server.request('GET', `${MAPS}?watch=true`),
    ]);
    expect(performance.now() - started).toBeLessThan(20_000);
    for (const { status, body } of answers) {
      expect(status).toBeGreaterThanOrEqual(500);
      expect(body).toMatchObject({ kind: 'Status', status: 'Failure', code: status });
    }
    expect((await server.request('GET', `${MAPS}/before?resourceVersion=0`)).status).toBe(200);
    expect((await server.request('GET', '/readyz')).status).toBe(500);
    expect((await server.request('GET', '/readyz')).text).toContain('[-]etcd failed: reason withheld');

    await etcd.restart();
    await until(() => server.request('GET', '/readyz'), ({ status }) => status === 200);
    const { body } = await until(() => create('after'), ({ status }) => status === 201);
    const listed = await until(() => server.request('GET', MAPS), ({ status }) => status === 200);
    const names = listed.body.items.map(({ metadata }) => metadata.name);
    expect(names).toEqual(expect.arrayContaining(['after', 'before']));
    const seen: (string | undefined)[] = [];
    for await (const { type, object } of watch) {
      if (type === 'ADDED') seen.push(object.metadata.name);
      if (object.metadata.resourceVersion === body.metadata.resourceVersion) break;
    }
    expect(seen.sort()).toEqual(names.sort());
  });
});

describe('a store that forgets what the cache has not seen', () => {
  /** The store, whose watch can be made to fail as after a compaction. */
  function breakable(store: Store): { store: Store; breakWatch: () => void } {
    let abort: () => void = () => undefined;
    return {
      breakWatch: () => abort(),
      store: new Proxy(store, {
        get(target, name) {
          if (name !== 'watch') {
            const value: unknown = Reflect.get(target, name, target);
            return typeof value === 'function' ? value.bind(target) : value;
          }
          return async function* (request: Parameters<Store['watch']>[0]) {
            const broken = new AbortController();
            abort = () => broken.abort();
            yield* target.watch({ ...request, signal: AbortSignal.any([request.signal, broken.signal]) });
            if (!request.signal.aborted) throw new StoreError('compacted', 'the revision has been compacted');
          };
        },
      }),
    };
  }

  it('is loaded anew: watches end, and what follows is complete', async () => {
    await using first = await TestServer.start();
    const { store, breakWatch } = breakable(first.store);
    await using second = await TestServer.start({ store, namespaces: [] });
    await first.request('POST', MAPS, { metadata: { name: 'a' } });
    const watch = await second.watch(MAPS);
    expect((await watch.take(1))[0]!.object.metadata.name).toBe('a');
    breakWatch();
    await first.request('DELETE', `${MAPS}/a`);
    await first.request('POST', MAPS, { metadata: { name: 'b' } });
    await watch.rest();
    const listed = await second.request('GET', MAPS);
    expect(listed.body.items.map(({ metadata }) => metadata.name)).toEqual(['b']);
    const resumed = await second.watch(`${MAPS}?resourceVersion=${listed.body.metadata.resourceVersion}`);
    await first.request('POST', MAPS, { metadata: { name: 'c' } });
    expect((await resumed.take(1))[0]!.object.metadata.name).toBe('c');
    resumed.close();
    expect(second.errors.map(({ message }) => message)).toEqual(['the watch of the store broke off']);
  });

  it('says that a value cannot be read wherever it belongs, until it is gone', async () => {
    await using server = await TestServer.start();
    const watch = await server.watch(MAPS);
    await server.store.create('/registry/configmaps/default/broken', Buffer.from('not json'));
    expect(await watch.rest()).toEqual([]);
    expect((await server.request('POST', MAPS, { metadata: { name: 'fine' } })).status).toBe(201);
    const failure = { code: 500, message: expect.stringContaining('unable to decode key "/registry/configmaps/default/broken": ') as unknown };
    for (const path of [MAPS, `${MAPS}/broken`, `${MAPS}?watch=true`]) expect((await server.request('GET', path)).body).toMatchObject(failure);
    for (const path of [`${MAPS}/fine`, '/api/v1/namespaces/kube-system/configmaps']) expect((await server.request('GET', path)).status).toBe(200);
    const { kv } = await server.store.get('/registry/configmaps/default/broken');
    await server.store.delete('/registry/configmaps/default/broken', kv!.modRevision);
    expect((await server.request('GET', `${MAPS}/broken`)).status).toBe(404);
    expect((await server.request('GET', MAPS)).body.items).toHaveLength(1);
    expect(server.errors.map(({ message }) => message)).toEqual([expect.stringContaining('/registry/configmaps/default/broken cannot be read')]);
  });
});

describe('twenty thousand requests', () => {
  it('leave no memory, listener or connection behind', async () => {
    await using server = await TestServer.start();
    const round = async (requests: number): Promise<void> => {
      const work = async (worker: number): Promise<void> => {
        for (let i = 0; i < requests / 20; i += 1) {
          const path = `${MAPS}/m${worker}`;
          switch (i % 5) {
            case 0: await server.request2('POST', MAPS, { metadata: { name: `m${worker}` } }); break;
            case 1: await server.request2('PATCH', path, { data: { a: String(i) } }, { 'content-type': 'application/merge-patch+json' }); break;
            case 2: await server.request('GET', `${MAPS}?limit=3`); break;
            case 3: await server.request('POST', MAPS, '{broken'); break;
            default: await server.request2('DELETE', path);
          }
        }
      };
      await Promise.all(Array.from({ length: 20 }, (_, worker) => work(worker)));
    };
    const handles = (): number => process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length;
    await round(4_000);
    const listeners = (): number[] => [...server.server.core.endpoints.all].map(({ cache }) => cache.listenerCount);
    const before = { heap: settledHeap(), handles: handles(), listeners: listeners() };
    await round(20_000);
    // What the event rings keep by design: at most a hundred events and those of the last seconds.
    expect(settledHeap() - before.heap).toBeLessThan(64 * 1024 * 1024);
    expect(handles() - before.handles).toBeLessThan(20);
    expect(listeners()).toEqual(before.listeners);
  });
});

function settledHeap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
