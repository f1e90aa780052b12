import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leases } from '@typekube/client';
import { eventually, TestApiServer } from '@typekube/client/testing';

const BINARY = join(__dirname, '../bin/kube-controller-manager.js');

interface Started {
  readonly child: ChildProcess;
  log(): string;
}

function start(args: readonly string[]): Started {
  const child = spawn(process.execPath, [BINARY, '--bind-address=127.0.0.1', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  return { child, log: () => log };
}

async function ask(port: string, path: string): Promise<{ status: number; body: string }> {
  const request = get({ host: '127.0.0.1', port, path, rejectUnauthorized: false });
  const [response] = await once(request, 'response');
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, body };
}

async function ended({ child }: Started, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = await exit;
  return code;
}

describe('kube-controller-manager', () => {
  let server: TestApiServer;
  const children: Started[] = [];
  const manager = (...args: string[]): Started => {
    const started = start(['--kubeconfig', server.kubeconfigPath, ...args]);
    children.push(started);
    return started;
  };
  beforeAll(async () => {
    server = await TestApiServer.start();
  });
  afterAll(async () => {
    for (const { child } of children) child.kill('SIGKILL');
    await server.stop();
  });

  it('leads alone, and lets the next one lead at once when it ends', async () => {
    const client = await server.client();
    const holder = async (): Promise<string | undefined> =>
      (await client.for(leases, 'kube-system').list()).items.find(({ metadata }) => metadata.name === 'kube-controller-manager')?.spec?.holderIdentity;
    const first = manager('--secure-port=0');
    await eventually(() => first.log().includes('Successfully acquired lease'));
    const leader = await holder();
    const second = manager('--secure-port=0', '--leader-elect-retry-period=200ms');
    await eventually(() => second.log().includes('Attempting to acquire leader lease'));
    expect(await ended(first, 'SIGTERM')).toBe(0);
    await eventually(() => second.log().includes('Successfully acquired lease'));
    expect(await holder()).not.toBe(leader);
    expect(await ended(second, 'SIGTERM')).toBe(0);
  });

  it('ends when asked to where it has never reached an API server', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'controller-manager-'));
    const kubeconfig = join(folder, 'kubeconfig');
    const nobody = { clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:1' } }], contexts: [{ name: 'x', context: { cluster: 'c' } }], 'current-context': 'x' };
    writeFileSync(kubeconfig, JSON.stringify(nobody));
    const started = start(['--secure-port=0', '--leader-elect=false', '--kubeconfig', kubeconfig]);
    children.push(started);
    await eventually(() => started.log().includes('Discovery failed; trying again'));
    expect(await ended(started, 'SIGTERM')).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it('shows its health to everyone, and its metrics to no stranger', async () => {
    const started = manager('--secure-port=18257', '--leader-elect=false');
    await eventually(() => started.log().includes('Serving securely on 127.0.0.1:18257'));
    expect(await ask('18257', '/healthz')).toEqual({ status: 200, body: 'ok' });
    expect((await ask('18257', '/metrics')).status).toBe(401);
    expect(started.log()).not.toMatch(/MaxListeners/);
  });

  it.each([
    [['--controllers=nonsense'], /Error: "nonsense" is not in the list of known controllers/],
    [['--kubeconfig=/nowhere'], /Error: .*\/nowhere/],
  ])('refuses %j', async (args, expected) => {
    const started = manager('--secure-port=0', ...args);
    const [code] = await once(started.child, 'exit');
    expect(code).toBe(1);
    expect(started.log()).toMatch(expected);
  });
});
