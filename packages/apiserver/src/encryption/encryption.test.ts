import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { systemClock } from '@typekube/component-base';
import { openEmbeddedStore, openEtcdStore, type Store } from '@typekube/storage';
import { startEtcd } from '@typekube/storage/testing';
import { v2 } from '../generated/kms';
import { TestServer } from '../testing';
import { encryptStore } from './encrypted-store';
import { Encryption } from './encryption';
import { config, key, PATH, transformers } from './testing/configuration';
import { Plugin } from './testing/plugin';

interface Opened {
  readonly store: Store;
  stop(): Promise<void>;
}

async function embedded(folder: string): Promise<Opened> {
  const store = await openEmbeddedStore({ dataDir: join(folder, 'store'), compactionIntervalMs: 0 });
  return { store, stop: () => store.close() };
}

async function onEtcd(): Promise<Opened> {
  const etcd = await startEtcd();
  const store = await openEtcdStore({ endpoints: [etcd.endpoint] });
  return { store, stop: () => store.close().then(() => etcd.stop()) };
}

describe.each([
  ['the embedded store', embedded],
  ['etcd', onEtcd],
])('a server that encrypts on %s', (_name, openStore) => {
  const SECRETS = '/api/v1/namespaces/default/secrets';
  let folder: string;
  let opened: Opened;
  let raw: Store;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'typekube-encryption-'));
    opened = await openStore(folder);
    raw = opened.store;
  });
  afterEach(async () => {
    await opened.stop();
    rmSync(folder, { recursive: true });
  });

  async function withServer(text: string, use: (server: TestServer, errors: unknown[], encryption: Encryption, path: string) => Promise<void>): Promise<void> {
    const path = join(folder, 'encryption.yaml');
    writeFileSync(path, text);
    const errors: unknown[] = [];
    const log = { info: () => undefined, error: (_message: string, error?: unknown) => void errors.push(error) };
    const encryption = await Encryption.start({ path, reload: true, clock: systemClock, log });
    const store = encryptStore(raw, { transformerOf: (at) => encryption.transformerOf(at) });
    const server = await TestServer.start({ store, isStale: (at) => store.isStale(at), namespaces: [] });
    try {
      await use(server, errors, encryption, path);
    } finally {
      await server.stop();
      encryption.stop();
    }
  }

  const stored = async (): Promise<string> => (await raw.get(PATH)).kv?.value.toString('latin1') ?? '';
  const rule = (...providers: string[]): string => config(`{resources: [secrets], providers: [${[...providers, '{identity: {}}'].join(',')}]}`);
  const gcm = (name: string, byte: number): string => `{aesgcm: {keys: [${key(name, byte)}]}}`;

  it('holds secrets as ciphertext and serves them as before, also to watches and lists', async () => {
    await withServer(rule(gcm('one', 1)), async (server, errors) => {
      await server.request('POST', '/api/v1/namespaces', { metadata: { name: 'default' } });
      const watch = await server.watch(SECRETS);
      const made = await server.request('POST', SECRETS, { metadata: { name: 's' }, stringData: { password: 'hunter2' } });
      expect(made.status).toBe(201);
      expect(await stored()).toMatch(/^k8s:enc:aesgcm:v1:one:/);
      expect(await stored()).not.toContain('Secret');
      const password = Buffer.from('hunter2').toString('base64');
      expect((await server.request('GET', `${SECRETS}/s`)).body.data).toEqual({ password });
      expect((await server.request('GET', `${SECRETS}?resourceVersion=${made.body.metadata.resourceVersion}&resourceVersionMatch=Exact`)).body.items[0]?.data).toEqual({ password });
      expect((await watch.take(1))[0]?.object).toMatchObject({ data: { password } });
      await server.patch(`${SECRETS}/s`, 'merge', { data: { more: 'eA==' } });
      expect((await watch.take(1))[0]?.object).toMatchObject({ data: { password, more: 'eA==' } });
      await server.request('DELETE', `${SECRETS}/s`);
      expect((await watch.take(1))[0]?.type).toBe('DELETED');
      watch.close();
      expect(errors).toEqual([]);
    });
  });

  it('rewrites what is stale on an update that changes nothing, also after the file has changed', async () => {
    await withServer(config('{resources: [secrets], providers: [{identity: {}}]}'), async (server, errors, encryption, path) => {
      await server.request('POST', '/api/v1/namespaces', { metadata: { name: 'default' } });
      await server.request('POST', SECRETS, { metadata: { name: 's' }, data: { a: 'eA==' } });
      expect(await stored()).toContain('"kind":"Secret"');
      const rewrite = async (): Promise<string> => {
        const { body } = await server.request('GET', `${SECRETS}/s`);
        return (await server.request('PUT', `${SECRETS}/s`, body)).body.metadata.resourceVersion ?? '';
      };
      const before = await rewrite();
      expect(await rewrite()).toBe(before);
      writeFileSync(path, rule(gcm('one', 1)));
      await encryption.reloadNow();
      const after = await rewrite();
      expect(Number(after)).toBeGreaterThan(Number(before));
      expect(await stored()).toMatch(/^k8s:enc:aesgcm:v1:one:/);
      expect(await rewrite()).toBe(after);
      writeFileSync(path, 'kind: Nonsense');
      await encryption.reloadNow();
      expect(errors.length).toBe(1);
      expect((await server.request('GET', `${SECRETS}/s`)).status).toBe(200);
    });
  });

  it('reports what it cannot decrypt, fails what should have it and serves the rest', async () => {
    await withServer(rule(gcm('one', 1)), async (server) => {
      await server.request('POST', '/api/v1/namespaces', { metadata: { name: 'default' } });
      for (const name of ['s', 't']) await server.request('POST', SECRETS, { metadata: { name } });
    });
    await raw.update('/registry/secrets/default/t', (await raw.get(PATH)).kv!.value, (await raw.get('/registry/secrets/default/t')).kv!.modRevision);
    await withServer(rule(gcm('one', 1)), async (server) => {
      expect(server.errors.map(({ message }) => message)).toEqual([expect.stringContaining('/registry/secrets/default/t cannot be read')]);
      const broken = { code: 500, reason: 'InternalError', message: expect.stringMatching(/^Internal error occurred: unable to transform key "\/registry\/secrets\/default\/t": /) as unknown };
      const T = `${SECRETS}/t`;
      for (const path of [T, SECRETS, '/api/v1/secrets', `${SECRETS}?limit=1`, `${SECRETS}?resourceVersion=0`, `${SECRETS}?watch=true`, `${SECRETS}?watch=true&resourceVersion=0`]) {
        expect((await server.request('GET', path)).body).toMatchObject(broken);
      }
      expect((await server.patch(T, 'merge', { data: { a: 'eA==' } })).body).toMatchObject(broken);
      expect((await server.request('PUT', T, { metadata: { name: 't' } })).body).toMatchObject(broken);
      expect((await server.request('DELETE', T)).body).toMatchObject(broken);
      expect((await server.request('DELETE', SECRETS)).body).toMatchObject(broken);
      expect((await server.request('POST', SECRETS, { metadata: { name: 't' } })).body).toMatchObject({ reason: 'AlreadyExists' });
      expect((await server.request('GET', `${SECRETS}/s`)).status).toBe(200);
      expect((await server.request('GET', '/api/v1/namespaces/kube-system/secrets')).status).toBe(200);
      expect((await server.request('GET', '/api/v1/namespaces/default/configmaps')).status).toBe(200);
      server.errors.length = 0;
    });
  });

  it('ends watches when something comes that it cannot decrypt, and reads it when the key is back', async () => {
    await withServer(rule(gcm('one', 1)), async (server, _errors, encryption, path) => {
      await server.request('POST', '/api/v1/namespaces', { metadata: { name: 'default' } });
      await server.request('POST', SECRETS, { metadata: { name: 's' }, data: { a: 'eA==' } });
      const { body } = await server.request('GET', SECRETS);
      const watch = await server.watch(`${SECRETS}?resourceVersion=${body.metadata.resourceVersion}`);
      const other = (await transformers(`{resources: [secrets], providers: [${gcm('two', 2)}]}`)).of('/registry/secrets/default/t')!;
      const text = Buffer.from('{"kind":"Secret","apiVersion":"v1","metadata":{"name":"t","namespace":"default"},"data":{"b":"eQ=="}}');
      await raw.create('/registry/secrets/default/t', await other.write(text, '/registry/secrets/default/t'));
      for await (const event of watch) throw new Error(`unexpected ${event.type}`);
      expect((await server.request('GET', SECRETS)).status).toBe(500);
      writeFileSync(path, rule(gcm('one', 1), gcm('two', 2)));
      await encryption.reloadNow();
      let listed = await server.request('GET', SECRETS);
      while (listed.status === 500) listed = await server.request('GET', SECRETS);
      expect(listed.body.items.map(({ metadata }) => metadata.name)).toEqual(['s', 't']);
      server.errors.length = 0;
    });
  }, 30_000);

  /** A plugin behind a socket, as the server meets it. */
  async function servePlugin(plugin: Plugin): Promise<{ socket: string; grpc: Server }> {
    const socket = join(folder, 'kms.sock');
    const grpc = new Server();
    const answerWith = <A>(answer: Promise<A>, done: (error: Error | null, answer?: A) => void): void => void answer.then((given) => done(null, given), done);
    grpc.addService(v2.KeyManagementService, {
      Status: (_call: unknown, done: (error: Error | null, answer?: v2.IStatusResponse) => void) => answerWith(plugin.status(), done),
      Encrypt: (call: { request: v2.EncryptRequest }, done: (error: Error | null, answer?: v2.IEncryptResponse) => void) => answerWith(plugin.encrypt(Buffer.from(call.request.plaintext)), done),
      Decrypt: (call: { request: v2.DecryptRequest }, done: (error: Error | null, answer?: v2.IDecryptResponse) => void) => answerWith(plugin.decrypt(call.request), done),
    });
    await new Promise<void>((resolve, reject) => grpc.bindAsync(`unix://${socket}`, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve())));
    return { socket, grpc };
  }

  it('fails only what its plugin cannot decrypt, and reads it when the plugin can again', async () => {
    const plugin = new Plugin();
    const { socket, grpc } = await servePlugin(plugin);
    const text = rule(`{kms: {apiVersion: v2, name: vault, endpoint: "unix://${socket}"}}`);
    await withServer(text, async (server) => {
      await server.request('POST', '/api/v1/namespaces', { metadata: { name: 'default' } });
      await server.request('POST', SECRETS, { metadata: { name: 's' }, data: { a: 'eA==' } });
    });
    plugin.refusesToDecrypt = true;
    await withServer(text, async (server) => {
      const { body } = await server.request('GET', `${SECRETS}/s`);
      expect(body.message).toBe(
        'Internal error occurred: unable to transform key "/registry/secrets/default/s": failed to decrypt DEK, error: 2 UNKNOWN: no such key',
      );
      expect((await server.request('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'c' } })).status).toBe(201);
      expect((await server.request('GET', '/api/v1/namespaces/default/configmaps')).body.items).toHaveLength(1);
      expect((await server.request('POST', SECRETS, { metadata: { name: 't' } })).status).toBe(201);
      plugin.refusesToDecrypt = false;
      let read = await server.request('GET', `${SECRETS}/s`);
      while (read.status === 500) read = await server.request('GET', `${SECRETS}/s`);
      expect(read.body.data).toEqual({ a: 'eA==' });
      expect((await server.request('GET', SECRETS)).body.items).toHaveLength(2);
      server.errors.length = 0;
    });
    grpc.forceShutdown();
  }, 30_000);

  it('starts before its plugin, answers writes with an internal error until then, and keeps a configuration that works', async () => {
    const plugin = new Plugin();
    const { socket, grpc } = await servePlugin(plugin);
    const kms = (name: string, at: string): string => rule(`{kms: {apiVersion: v2, name: ${name}, endpoint: "unix://${at}"}}`);
    const make = (server: TestServer, name: string): ReturnType<TestServer['request']> => server.request('POST', SECRETS, { metadata: { name } });
    plugin.healthz = 'starting';
    await withServer(kms('vault', socket), async (server, _errors, encryption) => {
      await server.request('POST', '/api/v1/namespaces', { metadata: { name: 'default' } });
      const refused = await make(server, 'a');
      expect([refused.status, refused.body['reason'], refused.body.message]).toEqual([
        500, 'InternalError', 'Internal error occurred: the KMS provider vault has given no key yet',
      ]);
      await expect(encryption.healthChecks[0]?.check()).rejects.toThrow('got unexpected healthz status: starting');
    });
    plugin.healthz = 'ok';
    await withServer(kms('vault', socket), async (server, errors, encryption, path) => {
      await server.request('POST', '/api/v1/namespaces', { metadata: { name: 'default' } });
      writeFileSync(path, kms('other', `${socket}.absent`));
      await encryption.reloadNow();
      expect(String(errors.at(-1))).toContain('the KMS provider other is not healthy');
      expect((await make(server, 'b')).status).toBe(201);
    });
    grpc.forceShutdown();
  });

  it('speaks to a plugin over its socket', async () => {
    const plugin = new Plugin();
    const { socket, grpc } = await servePlugin(plugin);
    const kms = `{kms: {apiVersion: v2, name: vault, endpoint: "unix://${socket}"}}`;
    await withServer(rule(kms), async (server, _errors, encryption) => {
      await server.request('POST', '/api/v1/namespaces', { metadata: { name: 'default' } });
      expect((await server.request('POST', SECRETS, { metadata: { name: 's' }, data: { a: 'eA==' } })).status).toBe(201);
      expect(await stored()).toMatch(/^k8s:enc:kms:v2:vault:/);
      for (const { check } of encryption.healthChecks) await check();
      expect(encryption.healthChecks.map(({ name }) => name)).toEqual(['kms-providers']);
    });
    await withServer(rule(kms), async (server) => {
      expect((await server.request('GET', `${SECRETS}/s`)).body.data).toEqual({ a: 'eA==' });
    });
    expect(plugin.calls).toEqual({ encrypt: 2, decrypt: 1 });
    grpc.forceShutdown();
  });
});
