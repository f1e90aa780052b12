import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@typekube/client';
import { clusterRoleBindings } from '@typekube/client';
import { eventually, TestApiServer } from '@typekube/client/testing';
import { FakeClock } from '@typekube/component-base/testing';
import { Authentication, type AuthenticationOptions } from './authentication';
import { Authorization } from './authorization';

function request(authorization?: string): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  if (authorization !== undefined) message.headers.authorization = authorization;
  return message;
}

describe('who may ask the kubelet', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubelet-access-'));
  const clock = new FakeClock();
  let server: TestApiServer;
  let client: Client;

  beforeAll(async () => {
    writeFileSync(join(folder, 'tokens'), 'secret,monitor,u1,"watchers"\n');
    server = await TestApiServer.start([`--token-auth-file=${join(folder, 'tokens')}`]);
    client = await server.client();
  });

  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const authentication = (options: Partial<AuthenticationOptions> = {}): Authentication => {
    return new Authentication({ client, clock, x509: true, webhook: true, webhookCacheTtl: 1000, anonymous: false, ...options });
  };
  const authorization = (): Authorization => {
    return new Authorization({ client, clock, mode: 'Webhook', nodeName: 'n', webhookCacheAuthorizedTtl: 1000, webhookCacheUnauthorizedTtl: 1000 });
  };
  const monitor = { name: 'monitor', uid: 'u1', groups: ['watchers', 'system:authenticated'] };

  it('is asked of the API server by a token', async () => {
    expect(await authentication().callerOf(request('Bearer secret'))).toEqual(monitor);
    await expect(authentication().callerOf(request('Bearer wrong'))).rejects.toMatchObject({ code: 401 });
    await expect(authentication({ webhook: false }).callerOf(request('Bearer secret'))).rejects.toMatchObject({ code: 401 });
  });

  it('is nobody without credentials, unless anybody may', async () => {
    await expect(authentication().callerOf(request())).rejects.toMatchObject({ code: 401 });
    const anonymous = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
    expect(await authentication({ anonymous: true }).callerOf(request())).toEqual(anonymous);
    await expect(authentication({ anonymous: true }).callerOf(request('Bearer wrong'))).rejects.toMatchObject({ code: 401 });
  });

  it('follows from what the caller may do with the node, and is remembered for a while', async () => {
    const guard = authorization();
    const metrics = { method: 'GET', path: '/metrics' };
    await expect(guard.check(monitor, metrics)).rejects.toMatchObject({
      code: 403,
      message: 'Forbidden (user=monitor, verb=get, resource=nodes, subresource(s)=[metrics])',
    });
    await client.for(clusterRoleBindings).create({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'watchers' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:kubelet-api-admin' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'watchers' }],
    });
    await eventually(() => authorization().check(monitor, metrics).then(() => true, () => false));
    await expect(guard.check(monitor, metrics)).rejects.toMatchObject({ code: 403 });
    clock.advance(2000);
    await guard.check(monitor, metrics);
    await guard.check(monitor, { method: 'GET', path: '/pods' });
    await expect(guard.check({ ...monitor, groups: [] }, metrics)).rejects.toMatchObject({ code: 403 });
  });
});
