import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './support/cluster';
import { RunningProgram } from './support/process';
import { Scope } from './support/scope';

const scope = new Scope();
const SECRETS = '/api/v1/namespaces/default/secrets';
const HEALTH = '/healthz/kms-provider-0';

it('a key management plugin may be killed, be unwell or silent, and come back with another key while the server runs', async () => {
  const folder = scope.folder();
  const [socket, path] = [join(folder, 'kms.sock'), join(folder, 'encryption.yaml')];
  const kms = `{kms: {apiVersion: v2, name: vault, endpoint: "unix://${socket}", timeout: 500ms}}`;
  writeFileSync(path, `{apiVersion: apiserver.config.k8s.io/v1, kind: EncryptionConfiguration, resources: [{resources: [secrets], providers: [${kms}]}]}`);
  let plugin: RunningProgram | undefined;
  const restart = async (...args: string[]): Promise<void> => {
    await plugin?.kill('SIGKILL');
    rmSync(socket, { force: true });
    if (!args.length) return;
    plugin = new RunningProgram(process.execPath, [join(__dirname, 'programs/kms-plugin.mjs'), socket, ...args]);
    await plugin.waitFor(/plugin listens/);
  };
  try {
    await restart('key-1');
    const server = await scope.server({ args: [`--encryption-provider-config=${path}`] });
    const { client } = server;
    const make = async (name: string): Promise<number> => (await client.send('POST', SECRETS, { metadata: { name }, stringData: { a: name } })).status;
    const health = async (): Promise<number> => (await client.send('GET', HEALTH)).status;
    expect([await make('before'), await health()]).toEqual([201, 200]);
    // Upstream's health checks believe for twenty seconds that it is well; reads and writes go on with the seed that is known.
    await restart();
    expect([await make('without'), (await client.send('GET', `${SECRETS}/before`)).status]).toEqual([201, 200]);
    await eventually(health, (status) => status === 500, 40_000);
    await restart('key-2', 'unwell');
    expect(await make('unwell')).toBe(201);
    await restart('key-2', 'silent');
    expect([await make('silent'), await health()]).toEqual([201, 500]);
    await restart('key-2');
    await eventually(health, (status) => status === 200, 40_000);
    expect(await make('after')).toBe(201);
    for (const name of ['before', 'without', 'unwell', 'silent', 'after']) expect((await client.send('GET', `${SECRETS}/${name}`)).status).toBe(200);
    // What was written with either key is there after a restart too: the plugin is asked for both seeds.
    await server.stop();
    const again = await scope.server({ dataDir: server.dataDir, args: [`--encryption-provider-config=${path}`] });
    const list = await again.client.send('GET', SECRETS);
    expect(JSON.parse(list.text)).toMatchObject({ items: ['after', 'before', 'silent', 'unwell', 'without'].map((name) => ({ metadata: { name } })) });
  } finally {
    await restart();
  }
}, 120_000);
