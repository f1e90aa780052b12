import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { aesCbc, aesGcm, derivedAesGcm } from './aes';
import { parseEncryptionConfig } from './config';
import { resourceOfKey } from './group-resource';
import { decodeEncrypted, encodeEncrypted, SEED } from './kms/encrypted-object';
import { secretbox } from './secretbox';
import { identity, type Plain } from './transformer';
import { config, key, PATH, TEXT, transformers } from './testing/configuration';

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

