import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedStore, type Store } from '@typekube/storage';
import { TestServer } from '../testing';
import { eventHooks } from './events';

const EVENTS = '/api/v1/namespaces/default/events';
const event = (name: string): object => ({
  metadata: { name, namespace: 'default' }, involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' }, reason: 'r', message: 'm', type: 'Normal',
});

describe('events', () => {
  let dataDir: string;
  let now = Date.now();
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'typekube-events-'));
    jest.spyOn(Date, 'now').mockImplementation(() => now);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(dataDir, { recursive: true, force: true });
  });

  const open = (): Promise<Store> => openEmbeddedStore({ dataDir, compactionIntervalMs: 0, now: () => now });

  it('go after their time, counted from their last change', async () => {
    let store = await open();
    const hooks = (): ReadonlyMap<string, ReturnType<typeof eventHooks>> => new Map([['events', eventHooks(store, 100)]]);
    const server = await TestServer.start({ store, hooks });
    await server.request('POST', EVENTS, event('once'));
    await server.request('POST', EVENTS, event('again'));
    now += 90_000;
    expect((await server.patch(`${EVENTS}/again`, 'merge', { count: 2 })).status).toBe(200);
    await server.stop();
    await store.close();
    now += 100_000;
    store = await open();
    const gone = store.watch({ start: '/registry/events/', end: '/registry/events0', afterRevision: await store.currentRevision(), signal: AbortSignal.timeout(5000) });
    for await (const { events } of gone) if (events.length) break;
    const { kvs } = await store.range({ start: '/registry/events/', end: '/registry/events0' });
    expect(kvs.map(({ key }) => key)).toEqual(['/registry/events/default/again']);
    await store.close();
  });
});
