import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@typekube/component-base/testing';
import { authorizationFlags, TestServer } from '../testing';
import { Authorization } from './authorization';
import type { AuthorizationFlags } from './settings-from-flags';

const folder = mkdtempSync(join(tmpdir(), 'typekube-authorization-'));
const file = join(folder, 'config.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const messages: string[] = [];
const log = { info: (message: string) => void messages.push(message), error: (message: string) => void messages.push(message) };
const fromFlags = (flags: Partial<AuthorizationFlags>): Promise<Authorization> => Authorization.fromFlags(authorizationFlags(flags), log);
const fromFile = (authorizers: unknown, apiVersion = 'apiserver.config.k8s.io/v1'): Promise<Authorization> => {
  writeFileSync(file, JSON.stringify({ apiVersion, kind: 'AuthorizationConfiguration', authorizers }));
  return fromFlags({ authorizationConfig: file });
};

describe('flags', () => {
  it.each<[Partial<AuthorizationFlags>, string]>([
    [{ authorizationMode: [] }, 'at least one authorization-mode must be passed'],
    [{ authorizationMode: ['Nobody'] }, 'authorization-mode "Nobody" is not a valid mode'],
    [{ authorizationMode: ['RBAC', 'RBAC'] }, 'authorization-mode "RBAC" has mode specified more than once'],
    [{ authorizationMode: ['ABAC'] }, "authorization-mode ABAC's authorization policy file not passed"],
    [{ authorizationMode: ['Webhook'] }, "authorization-mode Webhook's authorization config file not passed"],
    [{ authorizationPolicyFile: 'x' }, 'cannot specify --authorization-policy-file without mode ABAC'],
    [{ authorizationWebhookConfigFile: 'x' }, 'cannot specify --authorization-webhook-config-file without mode Webhook'],
    [
      { authorizationConfig: 'x', authorizationMode: ['RBAC'] },
      '--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined',
    ],
  ])('%j are refused', async (flags, message) => {
    await expect(fromFlags(flags)).rejects.toThrow(message);
  });

  it('without any ask nodes and roles', async () => {
    expect((await fromFlags({})).allowsEverything).toBe(false);
    expect((await fromFlags({ authorizationMode: ['AlwaysAllow'] })).allowsEverything).toBe(true);
  });
});

describe('a configuration file', () => {
  const webhook = {
    timeout: '3s',
    subjectAccessReviewVersion: 'v1',
    failurePolicy: 'Deny',
    connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: '/nowhere' },
  };
  it.each<[unknown, string]>([
    [[], 'authorizers: Required value: at least one authorization mode must be defined'],
    [[{ name: 'x' }], 'authorizers[0].type: Required value'],
    [[{ type: 'X', name: 'x' }], 'authorizers[0].type: Unsupported value: "X"'],
    [[{ type: 'RBAC', name: 'a' }, { type: 'RBAC', name: 'b' }], 'authorizers[1].type: Duplicate value: "RBAC"'],
    [[{ type: 'RBAC', name: 'a' }, { type: 'Node', name: 'a' }], 'authorizers[1].name: Duplicate value: "a"'],
    [[{ type: 'RBAC' }], 'authorizers[0].name: Required value'],
    [[{ type: 'RBAC', name: 'A_' }], 'authorizers[0].name: Invalid value: "A_": authorizer name is invalid'],
    [[{ type: 'RBAC', name: 'a', webhook }], 'authorizers[0].webhook: Invalid value: "non-null": may only be specified when type=Webhook'],
    [[{ type: 'Webhook', name: 'a' }], 'authorizers[0].webhook: Required value: required when type=Webhook'],
    [[{ type: 'Webhook', name: 'a', webhook: { ...webhook, timeout: '31s' } }], 'authorizers[0].webhook.timeout: Invalid value: "31s": must be > 0s and <= 30s'],
    [[{ type: 'Webhook', name: 'a', webhook: { ...webhook, failurePolicy: 'Allow' } }], 'authorizers[0].webhook.failurePolicy: Unsupported value: "Allow"'],
    [[{ type: 'Webhook', name: 'a', webhook }], 'authorizers[0].webhook.connectionInfo.kubeConfigFile: Invalid value: "/nowhere": must be a file that exists'],
    [
      [{ type: 'Webhook', name: 'a', webhook: { ...webhook, matchConditions: [{ expression: 'true' }] } }],
      'authorizers[0].webhook.matchConditionSubjectAccessReviewVersion: Required value: required if match conditions are specified',
    ],
    [
      [{ type: 'Webhook', name: 'a', webhook: { ...webhook, matchConditionSubjectAccessReviewVersion: 'v1', matchConditions: [{ expression: 'request.nobody' }] } }],
      "authorizers[0].webhook.matchConditions[0].expression: Invalid value: \"request.nobody\": compilation failed: ERROR: <input>:1:8: undefined field 'nobody'",
    ],
    [[{ type: 'RBAC', name: 'a', other: 1 }], 'unknown field "authorizers[0].other"'],
  ])('of %j is refused', async (authorizers, message) => {
    await expect(fromFile(authorizers)).rejects.toThrow(message);
  });

  it('of another version is refused', async () => {
    await expect(fromFile([{ type: 'RBAC', name: 'a' }], 'apiserver.config.k8s.io/v9')).rejects.toThrow(
      'no kind "AuthorizationConfiguration" is registered for version "apiserver.config.k8s.io/v9"',
    );
  });

  it('is followed: a new one counts, one that is wrong does not', async () => {
    const authorization = await fromFile([{ type: 'AlwaysDeny', name: 'nobody' }], 'apiserver.config.k8s.io/v1beta1');
    await using server = await TestServer.start({
      authorizer: (endpoints) => authorization.authorizer(endpoints),
      tokens: { jane: { name: 'jane', groups: [] } },
    });
    const jane = server.client({ token: 'jane' });
    const status = async (): Promise<number> => (await jane.http1({ method: 'GET', path: '/api/v1/pods' })).status;
    const clock = new FakeClock();
    const stop = new AbortController();
    const following = authorization.follow(clock, stop.signal);
    const minuteAfter = async (count: number): Promise<void> => {
      while (clock.waiting === 0) await turn();
      clock.advance(60_000);
      while (messages.length < count) await turn();
    };
    messages.length = 0;
    expect(await status()).toBe(403);
    while (clock.waiting === 0) await turn();
    await fromFile([{ type: 'AlwaysAllow', name: 'everybody' }]);
    await minuteAfter(1);
    expect(await status()).toBe(200);
    writeFileSync(file, 'nonsense');
    await minuteAfter(2);
    expect(await status()).toBe(200);
    expect(messages[1]).toContain('cannot be used');
    stop.abort();
    await following;
  });
});
