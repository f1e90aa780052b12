import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { MetricsRegistry, systemClock } from '@typekube/component-base';
import { FakeClock } from '@typekube/component-base/testing';
import { openEmbeddedStore, openEtcdStore, type Store } from '@typekube/storage';
import { startEtcd } from '@typekube/storage/testing';
import { v2 } from '../generated/kms';
import { TestServer } from '../testing';
import { aesCbc, aesGcm, derivedAesGcm } from './aes';
import { parseEncryptionConfig } from './config';
import { encryptStore } from './encrypted-store';
import { Encryption } from './encryption';
import { resourceOfKey } from './group-resource';
import { decodeEncrypted, encodeEncrypted, SEED } from './kms/encrypted-object';
import type { KmsClient } from './kms/client';
import { KmsMetrics } from './kms/metrics';
import { Kms } from './kms/provider';
import { secretbox } from './secretbox';
import { identity, type Plain } from './transformer';
import { Transformers } from './transformers';

const PATH = '/registry/secrets/default/s';
const TEXT = Buffer.from('{"kind":"Secret"}');

const key = (name: string, byte: number, length = 32): string => `{name: ${name}, secret: ${Buffer.alloc(length, byte).toString('base64')}}`;
const config = (...resources: string[]): string => `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: [${resources.join(',')}]`;
const noKms = (): never => {
  throw new Error('there is no kms in this configuration');
};

async function transformers(...resources: string[]): Promise<Transformers> {
  return new Transformers(await parseEncryptionConfig(config(...resources)), noKms);
}

describe('formats', () => {
  it.each([16, 24, 32])('aescbc is the vector and PKCS #7 under AES-CBC, with keys of %s bytes', (bytes) => {
    const secret = randomBytes(bytes);
    const vector = randomBytes(16);
    const cipher = createCipheriv(`aes-${bytes * 8}-cbc`, secret, vector);
    const foreign = Buffer.concat([vector, cipher.update(TEXT), cipher.final()]);
    expect(aesCbc(secret).read(foreign, PATH)).toEqual({ value: TEXT, isStale: false });
    const ours = aesCbc(secret).write(TEXT, PATH) as Buffer;
    const decipher = createDecipheriv(`aes-${bytes * 8}-cbc`, secret, ours.subarray(0, 16));
    expect(Buffer.concat([decipher.update(ours.subarray(16)), decipher.final()])).toEqual(TEXT);
  });

  it('aesgcm is nonce, text and tag, bound to the key in the store', () => {
    const secret = randomBytes(32);
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', secret, nonce);
    cipher.setAAD(Buffer.from(PATH));
    const foreign = Buffer.concat([nonce, cipher.update(TEXT), cipher.final(), cipher.getAuthTag()]);
    expect(aesGcm(secret).read(foreign, PATH)).toEqual({ value: TEXT, isStale: false });
    expect(() => aesGcm(secret).read(foreign, '/registry/secrets/default/other')).toThrow();
    foreign[20]! ^= 1;
    expect(() => aesGcm(secret).read(foreign, PATH)).toThrow();
  });

  it('derives the key of a value from the seed and the 32 bytes before it', () => {
    const seed = randomBytes(32);
    const ours = derivedAesGcm(seed).write(TEXT, PATH) as Buffer;
    const derived = createHmac('sha256', seed).update(Buffer.concat([ours.subarray(0, 32), Buffer.of(1)])).digest();
    expect(aesGcm(derived).read(ours.subarray(32), PATH)).toEqual({ value: TEXT, isStale: false });
    expect(derivedAesGcm(seed).read(ours, PATH)).toEqual({ value: TEXT, isStale: false });
  });

  it("secretbox is NaCl's: reads its published vector", () => {
    const hex = (text: string): Buffer => Buffer.from(text, 'hex');
    const secret = hex('1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389');
    const nonce = hex('69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37');
    const text = hex('be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705');
    const box = hex('f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5');
    expect(secretbox(secret).read(Buffer.concat([nonce, box]), PATH)).toEqual({ value: text, isStale: false });
    expect((secretbox(secret).read(secretbox(secret).write(TEXT, PATH) as Buffer, PATH) as Plain).value).toEqual(TEXT);
  });

  it('kms stores a protobuf message with upstream\'s numbers', () => {
    const source = { keyID: 'k', encryptedDEKSource: Buffer.of(1), annotations: {}, encryptedDEKSourceType: SEED };
    expect(encodeEncrypted(source, Buffer.of(2)).toString('hex')).toBe('0a010212016b1a01012801');
    const withAnnotation = Buffer.from('0a010212016b1a0101220a0a05612e636f6d120109' + '2801', 'hex');
    expect(decodeEncrypted(withAnnotation)).toMatchObject({ keyID: 'k', annotations: { 'a.com': Buffer.of(9) } });
  });
});

describe('configuration', () => {
  const aes = (...keys: string[]): string => `{aescbc: {keys: [${keys.join(',')}]}}`;

  it('writes with the first key, reads with all, and knows what is stale', async () => {
    const before = (await transformers(`{resources: [secrets], providers: [${aes(key('one', 1))}, {identity: {}}]}`)).of(PATH)!;
    const after = (await transformers(`{resources: [secrets], providers: [${aes(key('two', 2), key('one', 1))}, {identity: {}}]}`)).of(PATH)!;
    const stored = before.write(TEXT, PATH) as Buffer;
    expect(stored.toString('latin1')).toMatch(/^k8s:enc:aescbc:v1:one:/);
    expect(before.read(stored, PATH)).toEqual({ value: TEXT, isStale: false });
    expect(after.read(stored, PATH)).toEqual({ value: TEXT, isStale: true });
    expect((after.write(TEXT, PATH) as Buffer).toString('latin1')).toMatch(/^k8s:enc:aescbc:v1:two:/);
    expect(after.read(TEXT, PATH)).toEqual({ value: TEXT, isStale: true });
    expect(() => before.read(after.write(TEXT, PATH) as Buffer, PATH)).toThrow('no matching key was found for the provided AES transformer');
  });

  it('reads no plain text without identity, and no encrypted text with identity alone', async () => {
    const strict = (await transformers(`{resources: [secrets], providers: [${aes(key('one', 1))}]}`)).of(PATH)!;
    expect(() => strict.read(TEXT, PATH)).toThrow('no matching prefix found');
    expect(() => identity.read(strict.write(TEXT, PATH) as Buffer, PATH)).toThrow('identity transformer tried to read encrypted data');
  });

  it.each([
    ['/registry/secrets/default/s', 'secrets'],
    ['/registry/configmaps/default/c', '*.'],
    ['/registry/deployments/default/d', 'deployments.apps'],
    ['/registry/statefulsets/default/d', '*.apps'],
    ['/registry/services/specs/default/s', '*.'],
    ['/registry/leases/kube-system/l', '*.*'],
    ['/registry/stable.example.com/crontabs/default/c', '*.*'],
    ['/registry/ranges/servicenodeports', undefined],
    ['/registry/masterleases/10.0.0.1', undefined],
    ['/other/secrets/default/s', undefined],
  ])('encrypts %s by the rule for %s', async (path, rule) => {
    const rules = ['secrets', 'deployments.apps', '*.', '*.apps', '*.*'].map((name, i) => `{resources: ["${name}"], providers: [${aes(key(`rule-${i}`, i + 1))}]}`);
    const found = (await transformers(...rules)).of(path);
    const written = found?.write(TEXT, path) as Buffer | undefined;
    const index = Number(/rule-(\d)/.exec(written?.toString('latin1') ?? '')?.[1] ?? NaN);
    expect(['secrets', 'deployments.apps', '*.', '*.apps', '*.*'][index]).toBe(rule);
  });

  it('knows both kinds of events as one', () => expect(resourceOfKey('/registry/events/default/e')).toEqual({ group: '', resource: 'events' }));

  it('refuses rules that earlier ones hide', async () => {
    await expect(transformers('{resources: ["*.*"], providers: [{identity: {}}]}', '{resources: [secrets], providers: [{identity: {}}]}')).rejects.toThrow('resource "secrets" is masked by earlier rule "*.*"');
  });

  it.each([
    [config(), 'resources: Required value: at least one resources is required'],
    [config('{resources: [], providers: [{identity: {}}]}'), 'resources[0].resources: Required value'],
    [config('{resources: [secrets], providers: []}'), 'resources[0].providers: Required value'],
    [config('{resources: [secrets], providers: [{}]}'), 'resources[0].providers[0]: Invalid value: "REDACTED": provider does not contain any of the expected providers'],
    [config(`{resources: [secrets], providers: [{identity: {}, aescbc: {keys: [${key('a', 1)}]}}]}`), 'more than one provider specified'],
    [config('{resources: [secrets], providers: [{aescbc: {keys: []}}]}'), 'resources[0].providers[0].aescbc.keys: Required value: at least one keys is required'],
    [config(`{resources: [secrets], providers: [{aescbc: {keys: [${key('a', 1, 20)}]}}]}`), 'resources[0].providers[0].aescbc.keys[0].secret: Invalid value: "REDACTED": secret is not of the expected length, got 20, expected one of [16 24 32]'],
    [config('{resources: [secrets], providers: [{secretbox: {keys: [{name: a, secret: "no base64"}]}}]}'), 'secrets must be base64 encoded'],
    [config('{resources: [Secrets], providers: [{identity: {}}]}'), 'resource name should not contain capital letters'],
    [config('{resources: ["*"], providers: [{identity: {}}]}'), "use '*.' to encrypt all the resources from core API group"],
    [config('{resources: [secrets, secrets], providers: [{identity: {}}]}'), 'the same resource cannot be specified multiple times'],
    [config('{resources: [secrets, "*."], providers: [{identity: {}}]}'), 'using overlapping resources'],
    [config('{resources: [events.events.k8s.io], providers: [{identity: {}}]}'), "Use 'events' instead"],
    [config('{resources: ["pods.*"], providers: [{identity: {}}]}'), 'encrypting the same resource across groups is not supported'],
    [config('{resources: [secrets], providers: [{kms: {apiVersion: v2, name: "a:b", endpoint: "http://x"}}]}'), 'unsupported scheme "http" for KMS provider, only unix is supported'],
    [config('{resources: [secrets], providers: [{kms: {name: a, endpoint: "unix:///x"}}]}'), 'KMS v1 is deprecated upstream and not supported here'],
  ])('refuses %s', async (text, message) => {
    await expect(parseEncryptionConfig(text)).rejects.toThrow(message);
  });

  it('does not tell keys in errors', async () => {
    const secret = Buffer.alloc(31, 7).toString('base64');
    for (const text of [config(`{resources: [secrets], providers: [{aescbc: {keys: [{name: a, secret: ${secret}}]}}]}`), `kind: X\n${secret}: [`]) {
      const error = await parseEncryptionConfig(text).then(() => undefined, (thrown: unknown) => String(thrown));
      expect(error).toBeDefined();
      expect(error).not.toContain(secret);
    }
  });
});

/** A plugin that encrypts by flipping bits. */
class Plugin implements KmsClient {
  keyId = 'key-1';
  healthz = 'ok';
  isDown = false;
  refusesToDecrypt = false;
  readonly calls = { encrypt: 0, decrypt: 0 };

  async status(): Promise<v2.StatusResponse> {
    await this.up();
    return { version: 'v2', healthz: this.healthz, keyId: this.keyId };
  }

  async encrypt(plaintext: Buffer): Promise<v2.EncryptResponse> {
    await this.up();
    this.calls.encrypt += 1;
    return { ciphertext: flip(plaintext), keyId: this.keyId, annotations: { 'plugin.example.com': Buffer.from('x') } };
  }

  async decrypt({ ciphertext }: Omit<v2.DecryptRequest, 'uid'>): Promise<v2.DecryptResponse> {
    await this.up();
    if (this.refusesToDecrypt) throw new Error('no such key');
    this.calls.decrypt += 1;
    return { plaintext: flip(ciphertext) };
  }

  close(): void {
    this.isDown = true;
  }

  private up(): Promise<void> {
    return this.isDown ? Promise.reject(new Error('connection refused')) : Promise.resolve();
  }
}

function flip(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.map((byte) => byte ^ 0xff));
}

describe('kms', () => {
  const make = (plugin: Plugin, clock = new FakeClock()): Kms => new Kms({ name: 'vault', client: plugin, clock, onError: () => undefined });
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
  };

  it('asks the plugin once for a seed, not for each value', async () => {
    const plugin = new Plugin();
    const kms = make(plugin);
    await kms.start();
    const stored = Array.from({ length: 10 }, () => kms.write(TEXT, PATH));
    for (const each of stored) expect(await kms.read(each, PATH)).toEqual({ value: TEXT, isStale: false });
    expect(plugin.calls).toEqual({ encrypt: 1, decrypt: 0 });
    const restarted = make(plugin);
    await restarted.start();
    const all = await Promise.all(stored.map(async (each) => restarted.read(each, PATH)));
    expect(all.every(({ value, isStale }) => value.equals(TEXT) && !isStale)).toBe(true);
    expect(plugin.calls).toEqual({ encrypt: 2, decrypt: 1 });
    kms.stop();
    restarted.stop();
  });

  it('tells metrics of its keys, and of ids that are none', async () => {
    const plugin = new Plugin();
    const clock = new FakeClock();
    const registry = new MetricsRegistry();
    const kms = new Kms({ name: 'vault', client: plugin, clock, metrics: new KmsMetrics(registry), onError: () => undefined });
    await kms.start();
    await kms.read(kms.write(TEXT, PATH), PATH);
    plugin.keyId = '';
    clock.advance(60_000);
    await settle();
    const { body } = await registry.expose();
    for (const line of ['key_id_hash_total{transformation_type="to_storage"', 'key_id_hash_total{transformation_type="from_storage"', 'key_id_hash_status_last_timestamp_seconds{provider_name="vault"']) {
      expect(body).toContain(`apiserver_envelope_encryption_${line}`);
    }
    expect(body).toContain('apiserver_envelope_encryption_invalid_key_id_from_status_total{provider_name="vault",error="empty"} 1');
    expect(body).toContain('apiserver_envelope_encryption_dek_source_cache_size{provider_name="vault"} 1');
    expect(body).not.toContain('key-1');
    kms.stop();
  });

  it('takes a new seed when the key changes: what was written before is stale', async () => {
    const plugin = new Plugin();
    const clock = new FakeClock();
    const kms = make(plugin, clock);
    await kms.start();
    const old = kms.write(TEXT, PATH);
    plugin.keyId = 'key-2';
    clock.advance(60_000);
    await settle();
    expect(await kms.read(old, PATH)).toEqual({ value: TEXT, isStale: true });
    expect(decodeEncrypted(kms.write(TEXT, PATH)).keyID).toBe('key-2');
    kms.stop();
  });

  it('says that it is not well, goes on for a while, then refuses to write, and recovers', async () => {
    const plugin = new Plugin();
    const clock = new FakeClock();
    const kms = make(plugin, clock);
    await kms.start();
    plugin.isDown = true;
    clock.advance(60_000);
    await settle();
    expect(() => kms.check()).toThrow('the KMS provider vault is not healthy: connection refused');
    expect(kms.write(TEXT, PATH)).toBeInstanceOf(Buffer);
    for (let i = 0; i < 13; i += 1) {
      clock.advance(10_000);
      await settle();
    }
    expect(() => kms.write(TEXT, PATH)).toThrow('has not been confirmed for too long');
    plugin.isDown = false;
    clock.advance(10_000);
    await settle();
    kms.check();
    expect(kms.write(TEXT, PATH)).toBeInstanceOf(Buffer);
    kms.stop();
  });

  it('is asked by health checks: twenty seconds after it was well, three after it was not, once for all who look', async () => {
    const [plugin, clock] = [new Plugin(), new FakeClock()];
    const status = jest.spyOn(plugin, 'status');
    const kms = make(plugin, clock);
    await kms.start();
    plugin.isDown = true;
    clock.advance(19_000);
    await kms.probe();
    clock.advance(1_000);
    const down = 'the KMS provider vault is not healthy: connection refused';
    for (const probe of [kms.probe(), kms.probe()]) await expect(probe).rejects.toThrow(down);
    expect(status).toHaveBeenCalledTimes(2);
    plugin.isDown = false;
    clock.advance(2_000);
    await expect(kms.probe()).rejects.toThrow(down);
    clock.advance(1_000);
    await kms.probe();
    expect(status).toHaveBeenCalledTimes(3);
    kms.stop();
  });

  it('starts before its plugin: is not well until that has come, and writes nothing', async () => {
    const plugin = new Plugin();
    const clock = new FakeClock();
    plugin.healthz = 'broken';
    const kms = make(plugin, clock);
    await kms.start();
    expect(() => kms.check()).toThrow('the KMS provider vault is not healthy: got unexpected healthz status: broken');
    expect(() => kms.write(TEXT, PATH)).toThrow('the KMS provider vault has given no key yet');
    plugin.healthz = 'ok';
    clock.advance(10_000);
    await settle();
    kms.check();
    expect(kms.write(TEXT, PATH)).toBeInstanceOf(Buffer);
    kms.stop();
  });

  it('reads values whose source is the key itself', async () => {
    const plugin = new Plugin();
    const kms = make(plugin);
    await kms.start();
    const secret = randomBytes(32);
    const source = { keyID: 'key-1', encryptedDEKSource: flip(secret), annotations: {}, encryptedDEKSourceType: v2.EncryptedDEKSourceType.AES_GCM_KEY };
    const stored = encodeEncrypted(source, aesGcm(secret).write(TEXT, PATH) as Buffer);
    expect(await kms.read(stored, PATH)).toEqual({ value: TEXT, isStale: true });
    kms.stop();
  });
});

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
