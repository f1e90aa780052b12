import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuthorizationAttributes } from '../authorizer';
import { AbacAuthorizer } from './abac-authorizer';
import { readPolicyFile } from './policy-file';

const HEAD = '"apiVersion":"abac.authorization.kubernetes.io/v1beta1","kind":"Policy"';
const folder = mkdtempSync(join(tmpdir(), 'typekube-abac-'));
const file = join(folder, 'policy.jsonl');
afterAll(() => rmSync(folder, { recursive: true }));

function authorizer(...lines: string[]): AbacAuthorizer {
  writeFileSync(file, lines.join('\n'));
  return new AbacAuthorizer(readPolicyFile(file));
}

function ask(fields: Partial<AuthorizationAttributes>): AuthorizationAttributes {
  const request = { isResourceRequest: true, path: '', verb: 'get', apiGroup: '', apiVersion: 'v1', namespace: 'default', resource: 'pods' };
  return { ...request, subresource: '', name: '', user: { name: 'jane', groups: ['dev', 'system:authenticated'] }, ...fields };
}

describe('a policy', () => {
  const policy = (spec: string): string => `{${HEAD},"spec":{${spec}}}`;
  const all = '"namespace":"*","apiGroup":"*","resource":"*","nonResourcePath":"*"';
  const path = { isResourceRequest: false, path: '/logs/a' };
  it.each<[string, string, Partial<AuthorizationAttributes>, boolean]>([
    ['is for a user', policy(`"user":"jane",${all}`), {}, true],
    ['not for another', policy(`"user":"joe",${all}`), {}, false],
    ['is for a group', policy(`"group":"dev",${all}`), {}, true],
    ['is for a user only within the group', policy(`"user":"jane","group":"ops",${all}`), {}, false],
    ['is for everybody who is known', policy(`"user":"*",${all}`), {}, true],
    ['not for who is unknown', policy(`"user":"*",${all}`), { user: { name: 'system:anonymous', groups: ['system:unauthenticated'] } }, false],
    ['for nobody', policy(all), {}, false],
    ['of reading', policy(`"user":"jane","readonly":true,${all}`), { verb: 'list' }, true],
    ['of reading, no writing', policy(`"user":"jane","readonly":true,${all}`), { verb: 'update' }, false],
    ['of a namespace', policy('"user":"jane","namespace":"other","apiGroup":"*","resource":"*"'), {}, false],
    ['of a resource', policy('"user":"jane","namespace":"*","apiGroup":"","resource":"pods"'), {}, true],
    ['of a resource in another group', policy('"user":"jane","namespace":"*","apiGroup":"apps","resource":"pods"'), {}, false],
    ['of paths', policy('"user":"jane","nonResourcePath":"/logs/*"'), path, true],
    ['of another path', policy('"user":"jane","nonResourcePath":"/metrics"'), path, false],
    ['of paths, no resources', policy('"user":"jane","nonResourcePath":"*"'), {}, false],
    ['without a version, for everybody who is known', '{"readonly":true}', path, true],
    ['without a version, of a resource', '{"user":"jane","resource":"pods"}', {}, true],
    ['without a version, of another', '{"user":"jane","resource":"nodes"}', {}, false],
  ])('%s', (_, line, request, expected) => {
    expect(authorizer('# a comment', '', line).authorize(ask(request)).decision).toBe(expected ? 'Allow' : 'NoOpinion');
  });

  it('is listed', () => {
    const abac = authorizer(policy('"user":"jane","namespace":"default","apiGroup":"","resource":"pods","readonly":true'), policy('"group":"dev","nonResourcePath":"/x"'));
    expect(abac.rulesFor({ name: 'jane', groups: ['dev'] }, 'default')).toMatchObject({
      resourceRules: [{ verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: ['pods'] }],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['/x'] }],
    });
  });
});

it.each([
  ['{', /^error reading policy file .*policy\.jsonl, line 1: \{: /],
  ['{"user":1}', /user must be a string/],
  ['{"apiVersion":"v1","kind":"Policy"}', /no kind "Policy" is registered for version "v1"/],
])('%s cannot be read', (line, message) => {
  expect(() => authorizer('{}', line)).toThrow(message);
});
