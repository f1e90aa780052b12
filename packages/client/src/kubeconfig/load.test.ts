import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadKubeconfig } from './load';
import { inClusterConfig } from './in-cluster';
import { loadClientConfig } from './load-client-config';

const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function write(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

const file = (name: string, current: string): string => `
apiVersion: v1
kind: Config
current-context: ${current}
clusters:
- { name: shared, cluster: { server: 'https://${name}:6443' } }
- { name: ${name}, cluster: { server: 'https://${name}' } }
contexts: [{ name: ${name}, context: { cluster: ${name}, user: ${name} } }]
users: [{ name: ${name}, user: { token: ${name} } }]
`;

it('merges the files of KUBECONFIG: the first counts, missing ones are left out', async () => {
  const a = await write('a', file('a', '""'));
  const b = await write('b', file('b', 'b'));
  const c = await write('c', file('c', 'c'));
  const config = await loadKubeconfig({ env: { KUBECONFIG: [a, join(folder, 'nope'), b, '', c, a].join(':') } });
  expect(config.currentContext).toBe('b');
  expect(config.clusters.get('shared')?.server).toBe('https://a:6443');
  expect([...config.contexts.keys()].sort()).toEqual(['a', 'b', 'c']);
  expect([...config.users].map(([name, { token }]) => `${name}=${token}`).sort()).toEqual(['a=a', 'b=b', 'c=c']);
});

it('reads the file of the flag alone, which must be there', async () => {
  const a = await write('a', file('a', 'a'));
  const b = await write('b', file('b', 'b'));
  expect([...(await loadKubeconfig({ path: b, env: { KUBECONFIG: a } })).contexts.keys()]).toEqual(['b']);
  const missing = join(folder, 'nope');
  await expect(loadKubeconfig({ path: missing })).rejects.toThrow(`stat ${missing}: no such file or directory`);
});

it('reads the file in the home folder, or nothing', async () => {
  await write('home/.kube/config', file('home', 'home'));
  expect((await loadKubeconfig({ env: { HOME: join(folder, 'home') } })).currentContext).toBe('home');
  expect((await loadKubeconfig({ env: { HOME: join(folder, 'nobody') } })).clusters.size).toBe(0);
});

it('takes paths as relative to the file, and commands only if they are paths', async () => {
  const path = await write(
    'sub/config',
    `
clusters: [{ name: c, cluster: { certificate-authority: ca.crt } }]
users:
- { name: u, user: { client-certificate: ../u.crt, client-key: /abs/u.key, tokenFile: token, exec: { command: ./bin/get } } }
- { name: v, user: { exec: { command: get } } }
`,
  );
  const { clusters, users } = await loadKubeconfig({ path });
  const sub = join(folder, 'sub');
  expect(clusters.get('c')?.certificateAuthority).toBe(join(sub, 'ca.crt'));
  expect(users.get('u')).toMatchObject({
    clientCertificate: join(folder, 'u.crt'),
    clientKey: '/abs/u.key',
    tokenFile: join(sub, 'token'),
    exec: { command: join(sub, 'bin/get') },
  });
  expect(users.get('v')?.exec?.command).toBe('get');
});

it.each([
  ['clusters: {}', 'clusters: must be a list'],
  ['clusters: [{ name: a, cluster: { server: [] } }]', 'clusters[0].cluster.server: must be a string'],
  ['users: [{ name: a, user: { exec: { args: [{}] } } }]', 'users[0].user.exec.args[0]: must be a string'],
  [
    'clusters: [{ name: a, cluster: { insecure-skip-tls-verify: maybe } }]',
    'clusters[0].cluster.insecure-skip-tls-verify: must be true or false',
  ],
  ['contexts: [{ name: a }, { name: a }]', 'contexts: duplicate name "a" in list'],
  ['kind: Pod', 'no kind "Pod" is registered for version "v1"'],
  ['[]', 'document: must be a mapping'],
  ['a: [', 'yaml: '],
])('says what is wrong with %j', async (content, problem) => {
  const path = await write('bad', content);
  await expect(loadKubeconfig({ path })).rejects.toThrow(`error loading config file "${path}": ${problem}`);
});

describe('inside a pod', () => {
  const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };

  it('uses the service account', async () => {
    await write('sa/token', 'secret');
    await write('sa/ca.crt', 'PEM');
    await write('sa/namespace', 'shop\n');
    const account = join(folder, 'sa');
    expect(await inClusterConfig({ env, folder: account })).toEqual({
      server: 'https://[fd00::1]:443',
      namespace: 'shop',
      tls: { insecure: false, ca: { file: join(account, 'ca.crt') } },
      auth: { type: 'token-file', file: join(account, 'token') },
    });
  });

  it('says what is missing', async () => {
    const outside =
      'unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined';
    await expect(inClusterConfig({ env: {} })).rejects.toThrow(outside);
    const token = join(folder, 'none', 'token');
    await expect(inClusterConfig({ env, folder: join(folder, 'none') })).rejects.toThrow(`open ${token}: no such file`);
  });

  it('comes last: a kubeconfig goes before it', async () => {
    const a = await write('a', file('a', 'a'));
    const config = await loadClientConfig({ env: { ...env, KUBECONFIG: a } });
    expect(config).toMatchObject({ server: 'https://a', auth: { type: 'token', token: 'a' } });
  });
});
