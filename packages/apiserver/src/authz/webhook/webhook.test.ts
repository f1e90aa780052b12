import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@typekube/component-base';
import { fieldRequirements, labelRequirements } from '../request-attributes';
import type { AuthorizationAttributes } from '../authorizer';
import { readWebhookTarget } from '../../webhook-target/webhook-target';
import { WebhookConnection } from '../../webhook-target/webhook-connection';
import type { OnWebhook } from './metrics';
import { WebhookAuthorizer, type WebhookOptions } from './webhook-authorizer';

describe('a webhook', () => {
  const folder = mkdtempSync(join(tmpdir(), 'typekube-webhook-'));
  const asked: { body: unknown; authorization: string | undefined }[] = [];
  const problems: unknown[] = [];
  const pauses: number[] = [];
  const questions: Parameters<OnWebhook>[] = [];
  let answer: { code: number; body: string; headers?: Record<string, string> };
  let server: Server;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        asked.push({ body: JSON.parse(text), authorization: request.headers.authorization });
        response.writeHead(answer.code, { 'content-type': 'application/json', ...answer.headers });
        response.end(answer.body);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  beforeEach(() => {
    asked.length = 0;
    problems.length = 0;
    pauses.length = 0;
    questions.length = 0;
    answer = { code: 200, body: '{"status":{"allowed":true,"reason":"because"}}' };
  });

  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const webhook = async (options: Partial<WebhookOptions> = {}): Promise<WebhookAuthorizer> => {
    const { port } = server.address() as AddressInfo;
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'w', user: 'u' } }],
      clusters: [{ name: 'w', cluster: { server: `http://127.0.0.1:${port}/authorize` } }],
      users: [{ name: 'u', user: { token: 'secret' } }],
    };
    const path = join(folder, 'config');
    writeFileSync(path, JSON.stringify(config));
    return new WebhookAuthorizer({
      kubeConfigFile: path,
      version: 'v1',
      timeout: 5000,
      authorizedTtl: 60_000,
      unauthorizedTtl: 0,
      failurePolicy: 'NoOpinion',
      name: 'w.example.com',
      clock: { ...systemClock, after: (milliseconds, callback) => {
        pauses.push(milliseconds);
        return systemClock.after(0, callback);
      } },
      onWebhook: (...told) => void questions.push(told),
      connection: new WebhookConnection(await readWebhookTarget(path), 5000),
      log: { error: (...problem) => void problems.push(problem) },
      ...options,
    });
  };
  const attributes: AuthorizationAttributes = {
    user: { name: 'jane', groups: ['dev'], uid: 'u1', extra: { scope: ['a'] } },
    isResourceRequest: true,
    path: '/api',
    verb: 'list',
    apiGroup: 'apps',
    apiVersion: 'v1',
    namespace: 'default',
    resource: 'deployments',
    subresource: '',
    name: '',
  };

  it.each<[string, string, string, number]>([
    ['are met', "request.user == 'jane' && has(request.resourceAttributes)", 'Allow', 1],
    ['are not met', "request.resourceAttributes.namespace == 'kube-system'", 'NoOpinion', 0],
    ['fail', "request.extra['x'][0] == 'y'", 'Deny', 0],
  ])('asks only where its conditions %s', async (_what, condition, decision, times) => {
    const authorizer = await webhook({ failurePolicy: 'Deny', matchConditions: [condition] });
    const decided = await authorizer.authorize({
      user: { name: 'jane', groups: [] }, verb: 'get', isResourceRequest: true, path: '', apiGroup: '', apiVersion: 'v1', namespace: 'default', resource: 'pods', subresource: '', name: '',
    });
    expect([decided.decision, asked.length]).toEqual([decision, times]);
  });

  it('is asked with a review, and believed', async () => {
    const request = { ...attributes, fieldSelector: fieldRequirements('metadata.name!=x')!, labelSelector: labelRequirements('a in (b,c),!d')! };
    expect(await (await webhook()).authorize(request)).toEqual({ decision: 'Allow', reason: 'because' });
    expect(asked).toEqual([
      {
        authorization: 'Bearer secret',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          metadata: {},
          spec: {
            user: 'jane',
            uid: 'u1',
            groups: ['dev'],
            extra: { scope: ['a'] },
            resourceAttributes: {
              namespace: 'default',
              verb: 'list',
              group: 'apps',
              version: 'v1',
              resource: 'deployments',
              fieldSelector: { requirements: [{ key: 'metadata.name', operator: 'NotIn', values: ['x'] }] },
              labelSelector: { requirements: [{ key: 'a', operator: 'In', values: ['b', 'c'] }, { key: 'd', operator: 'DoesNotExist' }] },
            },
          },
        },
      },
    ]);
  });

  it('of v1beta1 is told groups as `group`, and paths', async () => {
    await (await webhook({ version: 'v1beta1' })).authorize({ ...attributes, isResourceRequest: false, path: '/x', verb: 'get' });
    expect(asked[0]?.body).toMatchObject({
      apiVersion: 'authorization.k8s.io/v1beta1',
      spec: { user: 'jane', group: ['dev'], nonResourceAttributes: { path: '/x', verb: 'get' } },
    });
  });

  it.each([
    ['{"status":{"allowed":false,"denied":true,"reason":"no"}}', { decision: 'Deny', reason: 'no' }],
    ['{"status":{"allowed":false}}', { decision: 'NoOpinion', reason: '' }],
    ['{"status":{"allowed":true,"denied":true}}', { decision: 'Deny', reason: '', error: 'webhook subject access review returned both allow and deny response' }],
    ['{"status":{"denied":true,"reason":"no"}}', { decision: 'Deny', reason: 'no' }],
    ['{"status":{}}', { decision: 'NoOpinion', reason: '' }],
    ['{"status":{"denied":"yes"}}', { decision: 'NoOpinion', reason: '', error: 'the answer of the webhook has a status whose denied is neither true nor false' }],
    ['{}', { decision: 'NoOpinion', reason: '', error: 'the answer of the webhook has no status' }],
  ])('that answers %s', async (body, expected) => {
    answer = { code: 200, body };
    expect(await (await webhook()).authorize(attributes)).toEqual(expected);
  });

  it('is asked once for as long as its answer counts', async () => {
    const authorizer = await webhook();
    await authorizer.authorize(attributes);
    expect(authorizer.authorize(attributes)).toEqual({ decision: 'Allow', reason: 'because' });
    expect(asked).toHaveLength(1);
    answer.body = '{"status":{"allowed":false}}';
    await authorizer.authorize({ ...attributes, verb: 'get' });
    await authorizer.authorize({ ...attributes, verb: 'get' });
    expect(asked).toHaveLength(3);
  });

  it.each(['NoOpinion', 'Deny'] as const)('that fails counts as %s, after some attempts, and is logged', async (failurePolicy) => {
    answer = { code: 500, body: 'busy' };
    const decision = await (await webhook({ failurePolicy })).authorize(attributes);
    expect(decision).toMatchObject({ decision: failurePolicy, error: expect.stringContaining('answered 500: busy') });
    expect(asked).toHaveLength(5);
    expect(problems).toHaveLength(1);
    expect(questions).toEqual([['w.example.com', 'error', expect.any(Number), failurePolicy === 'NoOpinion']]);
    for (const [i, least] of [500, 750, 1125, 1687.5].entries()) {
      expect(pauses[i]).toBeGreaterThanOrEqual(least);
      expect(pauses[i]).toBeLessThanOrEqual(least * 1.2);
    }
  });

  it('that refuses is not asked again', async () => {
    answer = { code: 404, body: '' };
    expect(await (await webhook()).authorize(attributes)).toMatchObject({ decision: 'NoOpinion', error: expect.stringContaining('404') });
    expect(asked).toHaveLength(1);
  });

  it.each<[code: number, retryAfter: string | undefined, times: number]>([
    [429, undefined, 5],
    [500, undefined, 5],
    [502, undefined, 1],
    [503, undefined, 1],
    [503, '1', 5],
    [504, undefined, 5],
    [400, '1', 1],
  ])('that answers %d with Retry-After %s is asked so often: %d', async (code, retryAfter, times) => {
    answer = { code, body: '', ...(retryAfter && { headers: { 'retry-after': retryAfter } }) };
    await (await webhook()).authorize(attributes);
    expect(asked).toHaveLength(times);
  });

  it('that does not answer in time is told of as such, and not asked again', async () => {
    const silent = createTcpServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const sockets: Socket[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    const target = { url: new URL(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`), authorization: () => undefined, tls: {} };
    await (await webhook({ connection: new WebhookConnection(target, 20) })).authorize(attributes);
    expect(questions).toEqual([['w.example.com', 'timeout', expect.any(Number), true]]);
    expect(sockets).toHaveLength(1);
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});
