import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secrets, serviceAccounts, tokenReviews } from '@typekube/client';
import { eventually, TestApiServer } from '@typekube/client/testing';
import { type ChildProcess, spawn } from 'node:child_process';

const BINARY = join(__dirname, '../../bin/kube-controller-manager.js');

it('secrets for tokens are filled, their tokens work, and they go with their account', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tokens-'));
  const keyFile = join(folder, 'sa.key');
  const caFile = join(folder, 'ca.crt');
  // As kubeadm makes it.
  await writeFile(keyFile, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }));
  await writeFile(caFile, 'the authority');
  await using server = await TestApiServer.start([`--service-account-signing-key-file=${keyFile}`, `--service-account-key-file=${keyFile}`]);
  const flags = ['--kubeconfig', server.kubeconfigPath, '--secure-port=0', '--leader-elect=false', '--controllers=serviceaccount-token'];
  const manager: ChildProcess = spawn(process.execPath, [BINARY, ...flags, `--service-account-private-key-file=${keyFile}`, `--root-ca-file=${caFile}`]);
  try {
    const client = await server.client();
    await client.for(serviceAccounts, 'default').create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } });
    const annotations = { 'kubernetes.io/service-account.name': 'robot' };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'robot', annotations }, type: 'kubernetes.io/service-account-token' } as const;
    await client.for(secrets, 'default').create(secret);
    const dataOf = async (): Promise<Record<string, string> | undefined> => (await client.for(secrets, 'default').get('robot')).data;
    await eventually(async () => Boolean((await dataOf())?.['token']));
    const data = (await dataOf()) ?? {};
    const text = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString();
    expect([text('namespace'), text('ca.crt')]).toEqual(['default', await readFile(caFile, 'utf8')]);
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', metadata: {}, spec: { token: text('token') } } as const;
    const { status } = await client.for(tokenReviews).create(review);
    expect(status).toMatchObject({ authenticated: true, user: { username: 'system:serviceaccount:default:robot' } });
    await client.for(serviceAccounts, 'default').delete('robot');
    await eventually(async () => (await client.for(secrets, 'default').list()).items.length === 0);
  } finally {
    manager.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
});
