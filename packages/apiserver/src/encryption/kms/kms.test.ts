import { randomBytes } from 'node:crypto';
import { MetricsRegistry } from '@typekube/component-base';
import { FakeClock } from '@typekube/component-base/testing';
import { v2 } from '../../generated/kms';
import { aesGcm } from '../aes';
import { decodeEncrypted, encodeEncrypted } from './encrypted-object';
import { KmsMetrics } from './metrics';
import { Kms } from './provider';
import { PATH, TEXT } from '../testing/configuration';
import { flip, Plugin } from '../testing/plugin';

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

