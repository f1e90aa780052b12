import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWebhookTarget } from './webhook-target';

const folder = mkdtempSync(join(tmpdir(), 'typekube-webhook-target-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const kubeconfig = (cluster: object, user: object = {}, more: object = {}): object => ({
  apiVersion: 'v1', kind: 'Config', 'current-context': 'c',
  contexts: [{ name: 'c', context: { cluster: 'w', user: 'u' } }],
  clusters: [{ name: 'w', cluster }],
  users: [{ name: 'u', user }],
  ...more,
});

it('reads where the webhook is, whom to trust and who asks', async () => {
  file('key.pem', 'KEY');
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const cluster = { server: 'https://w:8443/x', 'certificate-authority-data': base64('CA'), 'tls-server-name': 'n' };
  const user = { 'client-certificate-data': base64('CERT'), 'client-key': 'key.pem', username: 'a', password: 'b' };
  const { url, tls, authorization } = await readWebhookTarget(file('whole', kubeconfig(cluster, user)));
  expect([url.href, tls, authorization()]).toEqual(['https://w:8443/x', { ca: 'CA', cert: 'CERT', key: 'KEY', servername: 'n' }, `Basic ${base64('a:b')}`]);
});

it('reads a token from its file each time', async () => {
  file('token', 'first\n');
  const { authorization } = await readWebhookTarget(file('with-token-file', kubeconfig({ server: 'https://w' }, { tokenFile: 'token' })));
  expect(authorization()).toBe('Bearer first');
  file('token', 'second');
  expect(authorization()).toBe('Bearer second');
});

it.each<[unknown, string]>([
  [kubeconfig({}, {}, { 'current-context': 'none' }), 'the current-context "none" is of none of the contexts'],
  [kubeconfig({}, {}, { clusters: [] }), 'the cluster "w" has no server that is a URL'],
  [kubeconfig({ server: 'ftp://w' }), 'the cluster "w" has no server that is a URL'],
  [kubeconfig({ server: 1 }), 'clusters[0].cluster.server'],
  [kubeconfig({ server: 'https://w' }, {}, { users: [] }), 'the user "u" is none of the users'],
  [kubeconfig({ server: 'https://w' }, { exec: { command: 'x' } }), 'unknown field "users[0].user.exec"'],
  [kubeconfig({ server: 'https://w' }, { tokenFile: 'nowhere' }), 'ENOENT'],
  [{ users: [{ name: 'u', user: { token: 'secret' } }] }, "Object 'Kind' is missing"],
  ['kind: Config\napiVersion: v1\nusers: [{token: secret', 'error parsing configuration'],
])('refuses %j, and tells nothing of what it holds', async (content, message) => {
  const problem = await readWebhookTarget(file('broken', content)).catch((error: Error) => error);
  expect(problem).toMatchObject({ message: expect.stringContaining(message) });
  expect((problem as Error).message).not.toContain('secret');
});
