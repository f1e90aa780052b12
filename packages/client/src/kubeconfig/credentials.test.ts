import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@typekube/component-base/testing';
import { createCredentials } from './credentials';
import type { ExecConfig } from './kubeconfig';

const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SERVER = { server: 'https://one:6443' };

it('reads a token file again after a while, at once after a refusal, and keeps the last token if it is gone', async () => {
  const clock = new FakeClock();
  const file = join(folder, 'token');
  const credentials = createCredentials({ type: 'token-file', file }, SERVER, clock);
  await expect(credentials.authorization()).rejects.toThrow(`failed to read token file "${file}"`);
  await writeFile(file, 'one\n');
  expect(await credentials.authorization()).toBe('Bearer one');
  await writeFile(file, 'two');
  expect(await credentials.authorization()).toBe('Bearer one');
  credentials.reject();
  expect(await credentials.authorization()).toBe('Bearer two');
  await writeFile(file, 'three');
  clock.advance(50_000);
  expect(await credentials.authorization()).toBe('Bearer three');
  await rm(file);
  clock.advance(50_000);
  expect(await credentials.authorization()).toBe('Bearer three');
});

it('knows fixed ones', async () => {
  expect(await createCredentials({ type: 'none' }, SERVER).authorization()).toBeUndefined();
  expect(await createCredentials({ type: 'basic', username: 'a', password: 'b' }, SERVER).authorization()).toBe('Basic YTpi');
});

describe('exec plugins', () => {
  const VERSION = 'client.authentication.k8s.io/v1';

  /** A plugin that prints what the text of a function body gives, and counts its runs. */
  function plugin(body: string, options: Partial<ExecConfig> = {}): ExecConfig {
    const count = `require('fs').appendFileSync(${JSON.stringify(join(folder, 'runs'))}, 'x');`;
    return {
      apiVersion: VERSION,
      command: process.execPath,
      args: ['-e', count + body],
      env: [],
      installHint: '',
      provideClusterInfo: false,
      interactiveMode: 'Never',
      ...options,
    };
  }

  const printing = (status: object): string =>
    `console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: '${VERSION}', status: ${JSON.stringify(status)} }))`;
  const runs = async (): Promise<number> => (await readFile(join(folder, 'runs'), 'utf8')).length;
  afterEach(() => rmSync(join(folder, 'runs'), { force: true }));

  it('runs one once, and again when its token has expired or was refused', async () => {
    const clock = new FakeClock(Date.parse('2030-01-01T00:00:00Z'));
    const exec = plugin(printing({ token: 't', expirationTimestamp: '2030-01-01T01:00:00Z' }));
    const credentials = createCredentials({ type: 'exec', exec }, SERVER, clock);
    expect(await Promise.all([credentials.authorization(), credentials.authorization()])).toEqual(['Bearer t', 'Bearer t']);
    expect(await runs()).toBe(1);
    clock.advance(3_600_000);
    await credentials.authorization();
    expect(await runs()).toBe(2);
    credentials.reject();
    await credentials.authorization();
    expect(await runs()).toBe(3);
  });

  it('takes certificates, and tells of the cluster', async () => {
    const keys = "{ clientCertificateData: 'CRT', clientKeyData: process.env.KUBERNETES_EXEC_INFO + process.env.EXTRA }";
    const body = `console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: '${VERSION}', status: ${keys} }))`;
    const exec = plugin(body, { provideClusterInfo: true, env: [{ name: 'EXTRA', value: '!' }] });
    const credentials = createCredentials({ type: 'exec', exec }, { ...SERVER, readCa: async () => 'CA' });
    const pair = await credentials.keyPair();
    expect(await credentials.authorization()).toBeUndefined();
    expect(pair?.certificate).toBe('CRT');
    expect(pair?.key.endsWith('!')).toBe(true);
    expect(JSON.parse(pair?.key.slice(0, -1) ?? '')).toEqual({
      kind: 'ExecCredential',
      apiVersion: VERSION,
      spec: { cluster: { server: 'https://one:6443', 'certificate-authority-data': 'Q0E=' }, interactive: false },
    });
  });

  it.each<[string, ExecConfig]>([
    ['exec: executable nope-nope not found\n\nInstall it', plugin('', { command: 'nope-nope', installHint: 'Install it' })],
    [`exec: executable ${process.execPath} failed with exit code 3`, plugin('process.exit(3)')],
    ["exec plugin didn't return a token or cert/key pair", plugin(printing({}))],
    ['exec plugin returned only certificate or key, not both', plugin(printing({ clientKeyData: 'x' }))],
    [
      `exec plugin is configured to use API version x/v9, plugin returned version ${VERSION}`,
      plugin(printing({}), { apiVersion: 'x/v9' }),
    ],
    ['decoding stdout: ', plugin('console.log("hello")')],
  ])('says: %s', async (message, exec) => {
    const credentials = createCredentials({ type: 'exec', exec }, SERVER);
    await expect(credentials.authorization()).rejects.toThrow(`getting credentials: ${message}`);
  });
});
