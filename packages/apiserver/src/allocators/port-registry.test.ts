import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedStore, openEmbeddedStore } from '@typekube/storage';
import { NODE_PORTS_KEY, PortRegistry } from './port-registry';

const range = { base: 30_000, size: 100 };

describe('the port registry', () => {
  let dataDir: string;
  let store: EmbeddedStore;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'typekube-ports-'));
    store = await openEmbeddedStore({ dataDir, compactionIntervalMs: 0 });
  });
  afterEach(async () => {
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('keeps the form that upstream has', async () => {
    await new PortRegistry(store, range).change((ports) => ports.take(30_001));
    const { kv } = await store.get(NODE_PORTS_KEY);
    expect(JSON.parse(kv?.value.toString() ?? '')).toEqual({
      kind: 'RangeAllocation', apiVersion: 'v1', metadata: {}, range: '30000-30099', data: 'Ag==',
    });
  });

  it('gives each port once to servers that share a store', async () => {
    const [one, other] = [new PortRegistry(store, range), new PortRegistry(store, range)];
    const take = (i: number): Promise<number> => (i % 2 ? one : other).change((ports) => ports.takeNext());
    const outcomes = await Promise.allSettled(Array.from({ length: 120 }, (_, i) => take(i)));
    const given = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect([given.length, new Set(given).size]).toEqual([100, 100]);
  });

  it('sees what another server has given back before it refuses', async () => {
    const [one, other] = [new PortRegistry(store, range), new PortRegistry(store, range)];
    await one.change((ports) => ports.take(30_001));
    await other.change((ports) => ports.release(30_001));
    await expect(one.change((ports) => ports.take(30_001))).resolves.toBeUndefined();
  });

  it('keeps nothing of a change that throws', async () => {
    const registry = new PortRegistry(store, range);
    const failing = registry.change((ports) => {
      ports.take(30_001);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect((await registry.read()).taken()).toEqual([]);
  });

  it('refuses a range that is not its own until it is rebuilt', async () => {
    await new PortRegistry(store, range).change((ports) => ports.take(30_001));
    const registry = new PortRegistry(store, { base: 31_000, size: 10 });
    await expect(registry.change((ports) => ports.takeNext())).rejects.toThrow('the provided port range does not match');
  });
});
