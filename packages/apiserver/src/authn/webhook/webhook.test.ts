import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServingCertificate, generateSigningKey } from '@typekube/component-base';
import { clientIdentity, authenticatingServer, testCA, type TestServer } from '../../testing';

const WHO = { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {} };

interface Review {
  readonly apiVersion: string;
  readonly spec: { readonly token: string; readonly audiences?: readonly string[] };
}

describe('webhook token authentication', () => {
  let folder: string;
  let webhook: Server;
  let server: TestServer;
  const asked: Review[] = [];
  let failures = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'typekube-webhook-'));
    const pair = createServingCertificate(testCA, { commonName: 'webhook', hosts: ['127.0.0.1'] });
    webhook = createServer({ cert: pair.certificate, key: pair.key, ca: testCA.certificate, requestCert: true, rejectUnauthorized: true }, (request, response) => {
      void request.toArray().then((chunks) => {
        const review = JSON.parse(Buffer.concat(chunks).toString()) as Review;
        asked.push(review);
        if (failures > 0) {
          failures -= 1;
          response.writeHead(500).end();
          return;
        }
        response.end(JSON.stringify({ kind: 'TokenReview', apiVersion: review.apiVersion, status: statusOf(review.spec.token) }));
      });
    });
    webhook.listen(0, '127.0.0.1');
    await once(webhook, 'listening');
    const path = join(folder, 'webhook.kubeconfig');
    await writeFile(path, kubeconfig(`https://127.0.0.1:${(webhook.address() as AddressInfo).port}/tokens`));
    server = await authenticatingServer([`--authentication-token-webhook-config-file=${path}`, '--authentication-token-webhook-version=v1', '--api-audiences=api'], generateSigningKey());
  });
  afterAll(async () => {
    await server.stop();
    webhook.closeAllConnections();
    webhook.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    asked.length = 0;
  });

  function statusOf(token: string): object {
    if (token === 'good') return { authenticated: true, user: { username: 'jane', uid: '7', groups: ['dev'], extra: { a: ['b'] } } };
    if (token === 'elsewhere') return { authenticated: true, user: { username: 'jane' }, audiences: ['vault'] };
    return token === 'told' ? { authenticated: false, error: 'because' } : { authenticated: false };
  }

  function kubeconfig(url: string): string {
    const { certificate, key } = clientIdentity({ commonName: 'apiserver' });
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    return JSON.stringify({
      apiVersion: 'v1', kind: 'Config', 'current-context': 'c',
      clusters: [{ name: 'w', cluster: { server: url, 'certificate-authority-data': base64(testCA.certificate) } }],
      users: [{ name: 'u', user: { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) } }],
      contexts: [{ name: 'c', context: { cluster: 'w', user: 'u' } }],
    });
  }

  const whoIs = async (token: string): Promise<unknown> => {
    const { status, body } = await server.client({ token }).http1(WHO);
    return status === 201 ? (body.status as { userInfo: unknown }).userInfo : status;
  };

  it('takes whom the webhook names, and asks it once', async () => {
    const jane = { username: 'jane', uid: '7', groups: ['dev', 'system:authenticated'], extra: { a: ['b'] } };
    expect(await Promise.all([whoIs('good'), whoIs('good'), whoIs('good')])).toEqual([jane, jane, jane]);
    expect(await whoIs('good')).toEqual(jane);
    expect(asked).toEqual([expect.objectContaining({ apiVersion: 'authentication.k8s.io/v1', spec: { token: 'good', audiences: ['api'] } })]);
  });

  it.each(['bad', 'told', 'elsewhere'])('refuses the token %s, and asks it once', async (token) => {
    expect([await whoIs(token), await whoIs(token)]).toEqual([401, 401]);
    expect(asked).toHaveLength(1);
  });

  it('asks again where the webhook cannot answer just now', async () => {
    failures = 1;
    expect(await whoIs('good ')).toMatchObject({ username: 'jane' });
    failures = 1;
    const { body } = await server.request('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token: 'other', audiences: ['x'] } });
    expect([body.status, asked.length]).toEqual([{ user: {}, error: 'invalid bearer token' }, 2]);
  });
});
