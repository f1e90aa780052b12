import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../store';
import { startProxy } from '../testing/cuttable-proxy';
import { freePorts, startEtcd, type EtcdProcess } from '../testing';
import { allUnder, bytes, codeOf, TestWatch, written } from '../testing/fixture';
import { openEtcdStore, type EtcdStoreOptions } from './open';

describe('etcd, when things go wrong', () => {
  let etcd: EtcdProcess;
  const stores: Store[] = [];
  beforeAll(async () => {
    etcd = await startEtcd();
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });
  afterAll(() => etcd.stop());

  async function open(options: Partial<EtcdStoreOptions> = {}): Promise<Store> {
    const store = await openEtcdStore({ endpoints: [etcd.endpoint], ...options });
    stores.push(store);
    return store;
  }

  it('a call to a server that is away fails with unavailable when its time is over', async () => {
    const [port] = await freePorts(1);
    const store = await open({ endpoints: [`http://127.0.0.1:${port}`], requestTimeoutMs: 300 });
    expect(await codeOf(store.get('/a'))).toBe('unavailable');
    expect(await codeOf(store.create('/a', bytes('1')))).toBe('unavailable');
    expect(await codeOf(store.currentRevision())).toBe('unavailable');
  });

  it('a call that waits for a server ends when the store is closed', async () => {
    const [port] = await freePorts(1);
    const store = await open({ endpoints: [`http://127.0.0.1:${port}`] });
    const outcome = codeOf(store.create('/a', bytes('1')));
    await store.close();
    expect(await outcome).toBe('closed');
  });

  it('a write that finds no server is done when the server is back', async () => {
    await etcd.kill();
    const store = await open({ requestTimeoutMs: 20_000 });
    const write = written(store.create('/back/during', bytes('1')));
    await etcd.restart();
    await write;
    expect(await allUnder(store, '/back/')).toHaveLength(1);
  });

  it('goes to the endpoints that answer', async () => {
    const [dead] = await freePorts(1);
    const store = await open({ endpoints: [`http://127.0.0.1:${dead}`, etcd.endpoint] });
    for (let i = 0; i < 20; i++) await written(store.create(`/endpoints/${i}`, bytes('1')));
    expect(await allUnder(store, '/endpoints/')).toHaveLength(20);
    const watch = new TestWatch(store, '/endpoints/', await store.currentRevision());
    const events = watch.events(1);
    await written(store.create('/endpoints/watched', bytes('1')));
    expect(await events).toHaveLength(1);
    await watch.stop();
  });

  it('a watch that loses its connection goes on where it was; if that is compacted meanwhile it fails', async () => {
    const proxy = await startProxy(Number(new URL(etcd.endpoint).port));
    const near = await open();
    const far = await open({ endpoints: [`http://127.0.0.1:${proxy.port}`] });
    const watch = new TestWatch(far, '/cut/', await near.currentRevision());
    const events = watch.events(4);
    let revision = await written(near.create('/cut/a', bytes('0')));
    const update = async (): Promise<void> => void (revision = await written(near.update('/cut/a', bytes('x'), revision)));
    await update();
    proxy.cut();
    await update();
    await update();
    proxy.restore();
    expect((await events).at(-1)?.kv.modRevision).toBe(revision);

    const outcome = codeOf(watch.events(1000));
    proxy.cut();
    for (let i = 0; i < 5; i++) await update();
    await near.compact(revision);
    proxy.restore();
    expect(await outcome).toBe('compacted');
    await proxy.close();
  });

  it('many watches survive several crashes without gap or duplicate', async () => {
    const store = await open();
    const start = await store.currentRevision();
    const watches = Array.from({ length: 20 }, () => new TestWatch(store, '/crashes/', start));
    const seen = watches.map((watch) => watch.events(60));
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 20; i++) await written(store.create(`/crashes/${round}-${i}`, bytes('1')));
      await etcd.restart();
    }
    const expected = (await allUnder(store, '/crashes/')).map((kv) => kv.modRevision).sort((a, b) => a - b);
    for (const events of await Promise.all(seen)) expect(events.map(({ kv }) => kv.modRevision)).toEqual(expected);
    await Promise.all(watches.map((watch) => watch.stop()));
  });

  it('acknowledged writes survive a kill in a storm of writes', async () => {
    const store = await open({ requestTimeoutMs: 10_000 });
    const acknowledged = new Map<string, number>();
    let stopping = false;
    const writer = async (name: string): Promise<void> => {
      for (let i = 0; !stopping; i++) {
        const key = `/storm/${name}-${i}`;
        const result = await store.create(key, bytes(key)).catch(() => undefined);
        if (result?.succeeded) acknowledged.set(key, result.revision);
      }
    };
    const writers = Array.from({ length: 8 }, (_, i) => writer(`${i}`));
    for (let round = 0; round < 2; round++) {
      const target = acknowledged.size + 200;
      while (acknowledged.size < target) await new Promise((resolve) => setImmediate(resolve));
      await etcd.restart();
    }
    stopping = true;
    await Promise.all(writers);
    const stored = new Map((await allUnder(store, '/storm/')).map((kv) => [kv.key, kv]));
    for (const [key, revision] of acknowledged) {
      expect(stored.get(key)).toMatchObject({ modRevision: revision, value: bytes(key) });
    }
  });

  it('a value larger than etcd takes is refused, and not as a failure of the server', async () => {
    const store = await open();
    await expect(store.create('/large', Buffer.alloc(2_000_000))).rejects.toThrow('request is too large');
  });
});

describe('etcd over its quota', () => {
  it('refuses writes with no-space and serves reads', async () => {
    const etcd = await startEtcd({ args: [`--quota-backend-bytes=${2 * 1024 * 1024}`] });
    const store = await openEtcdStore({ endpoints: [etcd.endpoint] });
    const acknowledged: string[] = [];
    let code: string | undefined;
    for (let i = 0; code === undefined && i < 100; i++) {
      const write = store.create(`/q/${i}`, Buffer.alloc(200_000));
      code = await write.then(() => undefined, () => codeOf(write));
      if (code === undefined) acknowledged.push(`/q/${i}`);
    }
    expect(code).toBe('no-space');
    expect((await allUnder(store, '/q/')).map((kv) => kv.key).sort()).toEqual(acknowledged.sort());
    await store.close();
    await etcd.stop();
  });
});

describe('etcd with TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'typekube-etcd-tls-'));
  const tls = { caFile: join(folder, 'ca.crt'), certFile: join(folder, 'cert.crt'), keyFile: join(folder, 'cert.key') };
  let etcd: EtcdProcess;

  beforeAll(async () => {
    makeCertificates(folder);
    etcd = await startEtcd({ tls });
  });
  afterAll(async () => {
    await etcd.stop();
    rmSync(folder, { recursive: true });
  });

  it('works with the CA and a client certificate', async () => {
    const store = await openEtcdStore({ endpoints: [etcd.endpoint], tls });
    await written(store.create('/tls', bytes('1')));
    const watch = new TestWatch(store, '/tls', 1);
    expect(await watch.events(1)).toHaveLength(1);
    await watch.stop();
    await store.close();
  });

  it.each([
    ['without a client certificate', { caFile: tls.caFile }],
    ['without the CA', { certFile: tls.certFile, keyFile: tls.keyFile }],
  ])('is refused %s', async (_name, partial) => {
    const store = await openEtcdStore({ endpoints: [etcd.endpoint], tls: partial, requestTimeoutMs: 500 });
    expect(await codeOf(store.get('/tls'))).toBe('unavailable');
    await store.close();
  });

  it('refuses a certificate without its key', async () => {
    await expect(openEtcdStore({ endpoints: [etcd.endpoint], tls: { certFile: tls.certFile } })).rejects.toThrow(RangeError);
  });
});

/** A CA, and one certificate of it for 127.0.0.1 that serves and authenticates. */
function makeCertificates(folder: string): void {
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=test-ca', '-days', '2');
  openssl('req', ...newKey, '-keyout', 'cert.key', '-out', 'cert.csr', '-subj', '/CN=etcd', '-addext', 'subjectAltName=IP:127.0.0.1');
  openssl(
    'x509', '-req', '-in', 'cert.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'cert.crt', '-days', '2', '-copy_extensions', 'copy',
  );
}
