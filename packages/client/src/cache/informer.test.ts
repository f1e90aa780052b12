import type { corev1 } from '@typekube/api';
import { newResourceExpired } from '@typekube/apimachinery';
import { silentLogger } from '@typekube/component-base';
import type { Client } from '../resources/client';
import { configMaps } from '../resources/kinds';
import { eventually, TestApiServer } from '../testing';
import { Backoff } from './backoff';
import { Informer } from './informer';
import { InformerFactory } from './informer-factory';
import { keyOf } from './object-key';

let server: TestApiServer;
let client: Client;
beforeAll(async () => {
  server = await TestApiServer.start();
  client = await server.client();
});
afterAll(() => server.stop());

const configMap = (name: string, data: Record<string, string> = {}): corev1.ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels: { test: 'informer' } },
  data,
});

const selection = { labelSelector: 'test=informer' };
const maps = () => client.for(configMaps, 'default');

/** Keeps a copy of the world from nothing but what handlers are told, and refuses what does not fit it. */
function mirror(informer: Informer<corev1.ConfigMap>): {
  readonly world: Map<string, string>;
  readonly faults: string[];
  events: number;
} {
  const state = { world: new Map<string, string>(), faults: new Array<string>(), events: 0 };
  const note = (what: string, name = '', version: string | undefined, fits: boolean): void => {
    state.events++;
    if (!fits) state.faults.push(`${what} ${name}@${version}`);
  };
  informer.addHandler({
    onAdd: ({ metadata: { name = '', resourceVersion = '' } }) => {
      note('added', name, resourceVersion, !state.world.has(name));
      state.world.set(name, resourceVersion);
    },
    onUpdate: ({ metadata: { name = '', resourceVersion = '' } }) => {
      const known = state.world.get(name);
      note('updated', name, resourceVersion, known !== undefined && Number(known) < Number(resourceVersion));
      state.world.set(name, resourceVersion);
    },
    onDelete: ({ metadata: { name = '', resourceVersion } }) => note('deleted', name, resourceVersion, state.world.delete(name)),
  });
  return state;
}

async function truth(): Promise<Map<string, string>> {
  const { items } = await maps().list(selection);
  return new Map(items.map(({ metadata }) => [metadata.name ?? '', metadata.resourceVersion ?? '']));
}

const sorted = (world: ReadonlyMap<string, string>): string[] => [...world].map(([name, version]) => `${name}@${version}`).sort();

it('has 1,000 objects, follows changes, and misses and repeats nothing over a kill -9 of the server', async () => {
  const names = Array.from({ length: 1000 }, (_, i) => `m-${i}`);
  await Promise.all(names.map((name) => maps().create(configMap(name))));
  const backoff = new Backoff({ initialMilliseconds: 20, maxMilliseconds: 200 });
  const informer = new Informer(configMaps, client.for(configMaps), { selection, backoff });
  const copy = mirror(informer);
  const stop = new AbortController();
  const running = informer.run(stop.signal);
  await informer.synced();
  expect([informer.indexer.size, copy.events]).toEqual([1000, 1000]);
  expect(informer.indexer.get(keyOf('default', 'm-7'))?.kind).toBe('ConfigMap');

  await maps().delete('m-1');
  await maps().update(configMap('m-2', { changed: 'yes' }));
  await eventually(() => copy.events === 1002);

  // Writers go on over the crash; what was not acknowledged may or may not be there.
  const writers = names.slice(100, 200).map((name) =>
    maps()
      .update(configMap(name, { late: 'yes' }))
      .catch(() => undefined),
  );
  await server.kill();
  await Promise.all(writers);
  await server.start();
  await Promise.all(names.slice(10, 20).map((name) => maps().delete(name)));
  await maps().create(configMap('after'));
  const expected = sorted(await truth());
  await eventually(() => sorted(copy.world).join() === expected.join());
  expect(copy.faults).toEqual([]);
  expect(informer.indexer.list().length).toBe(expected.length);

  stop.abort();
  await running;
});

it('resumes a watch that the server ended without another list and without repeating', async () => {
  const source = client.for(configMaps);
  const opened: (string | undefined)[] = [];
  const cut = { list: source.list.bind(source), watch: watchOneEvent };
  async function* watchOneEvent(...args: Parameters<typeof source.watch>): ReturnType<typeof source.watch> {
    const [options] = args;
    opened.push(options?.sendInitialEvents ? 'initial' : options?.resourceVersion);
    let afterInitial = !options?.sendInitialEvents;
    for await (const event of source.watch(options)) {
      yield event;
      if (afterInitial && event.type !== 'BOOKMARK') return;
      if (event.type === 'BOOKMARK') afterInitial = true;
    }
  }
  const informer = new Informer(configMaps, cut, { selection });
  const copy = mirror(informer);
  const stop = new AbortController();
  const running = informer.run(stop.signal);
  await informer.synced();
  const before = copy.events;
  const versions: (string | undefined)[] = [];
  for (const name of ['r-1', 'r-2', 'r-3']) versions.push((await maps().create(configMap(name))).metadata.resourceVersion);
  await eventually(() => copy.events === before + 3 && opened.length === 4);
  expect(opened).toEqual(['initial', ...versions]);
  expect(copy.faults).toEqual([]);
  stop.abort();
  await running;
});

it('begins anew where the server has forgotten the place of its watch, and tells only what changed since', async () => {
  const source = client.for(configMaps);
  let opened = 0;
  const forgetful = { list: source.list.bind(source), watch: watchForgetfully };
  async function* watchForgetfully(...args: Parameters<typeof source.watch>): ReturnType<typeof source.watch> {
    opened++;
    for await (const event of source.watch(...args)) {
      yield event;
      if (opened > 1 || event.type !== 'BOOKMARK') continue;
      await maps().create(configMap('while-away'));
      await maps().delete('r-1');
      throw newResourceExpired('too old resource version');
    }
  }
  const informer = new Informer(configMaps, forgetful, { selection });
  const copy = mirror(informer);
  const stop = new AbortController();
  const running = informer.run(stop.signal);
  await informer.synced();
  const before = copy.events;
  const expected = async (): Promise<string> => sorted(await truth()).join();
  await eventually(async () => opened === 2 && sorted(copy.world).join() === (await expected()));
  expect(copy.events).toBe(before + 2);
  expect(copy.faults).toEqual([]);
  stop.abort();
  await running;
});

it('is shared: one informer a resource and scope, with late handlers told of what is there', async () => {
  const factory = new InformerFactory(client, { logger: silentLogger });
  const stop = new AbortController();
  const informer = factory.for(configMaps, { ...selection, namespace: 'default' });
  const running = factory.run(stop.signal);
  expect(factory.for(configMaps, { ...selection, namespace: 'default' })).toBe(informer);
  const later = factory.for(configMaps, { namespace: 'kube-system' });
  expect(later).not.toBe(informer);
  await factory.synced();
  expect([informer.hasSynced, later.hasSynced]).toEqual([true, true]);
  const told: boolean[] = [];
  const forget = informer.addHandler({ onAdd: (_, initial) => told.push(initial) });
  expect([told.length, new Set(told)]).toEqual([informer.indexer.size, new Set([true])]);
  forget();
  expect(informer.indexer.list()[0]?.metadata.managedFields).toBeUndefined();
  stop.abort();
  await running;
});
