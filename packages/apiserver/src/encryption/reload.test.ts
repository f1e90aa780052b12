import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@typekube/component-base/testing';
import { Encryption } from './encryption';

describe('a changed encryption configuration', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'typekube-reload-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  async function start(reload: boolean): Promise<{ encryption: Encryption; clock: FakeClock; results: string[]; write(key: string): void }> {
    const path = join(folder, 'encryption.yaml');
    const write = (key: string): void => {
      const keys = [{ name: key, secret: Buffer.alloc(32, key).toString('base64') }];
      writeFileSync(path, JSON.stringify({ kind: 'EncryptionConfiguration', apiVersion: 'apiserver.config.k8s.io/v1', resources: [{ resources: ['secrets'], providers: [{ aesgcm: { keys } }] }] }));
    };
    write('one');
    const clock = new FakeClock();
    const results: string[] = [];
    const log = { info: () => undefined, error: () => undefined };
    return { encryption: await Encryption.start({ path, reload, clock, log, onReload: (result) => void results.push(result) }), clock, results, write };
  }

  it('leaves no timer behind when the server ends within the minute that the one before is kept for', async () => {
    const { encryption, clock, results, write } = await start(false);
    write('two');
    await encryption.reloadNow();
    expect([results, clock.waiting]).toEqual([['success'], 1]);
    encryption.stop();
    expect(clock.waiting).toBe(0);
  });

  it('is not taken over by a server that ends meanwhile', async () => {
    const { encryption, clock, results, write } = await start(true);
    write('two');
    const reloading = encryption.reloadNow();
    encryption.stop();
    await reloading;
    expect([results, clock.waiting]).toEqual([[], 0]);
  });
});
