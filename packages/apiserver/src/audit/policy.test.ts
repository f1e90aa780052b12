import { parseRequestInfo } from '../http/request-info';
import { parsePolicy } from './policy';

const NOTHING = new URLSearchParams();
const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';

async function levelOf(rules: string, path: string, { method = 'GET', name = 'ann', groups = ['team'] } = {}): Promise<string> {
  const policy = await parsePolicy(`${HEAD}rules: [${rules}, {level: Metadata}]`);
  return policy.decide({ name, groups }, parseRequestInfo(method, path, NOTHING)).level;
}

describe('an audit policy', () => {
  const pod = '/api/v1/namespaces/a/pods/p';
  it.each([
    ['{level: Request, users: [ann]}', pod, 'Request'],
    ['{level: Request, users: [bob]}', pod, 'Metadata'],
    ['{level: Request, userGroups: [other, team]}', pod, 'Request'],
    ['{level: Request, userGroups: [other]}', pod, 'Metadata'],
    ['{level: Request, verbs: [list]}', pod, 'Metadata'],
    ['{level: Request, verbs: [get]}', pod, 'Request'],
    ['{level: Request, namespaces: [a]}', pod, 'Request'],
    ['{level: Request, namespaces: [""]}', pod, 'Metadata'],
    ['{level: Request, namespaces: [""]}', '/api/v1/nodes/n', 'Request'],
    ['{level: Request, namespaces: [""]}', '/healthz', 'Metadata'],
    ['{level: Request, resources: [{group: ""}]}', pod, 'Request'],
    ['{level: Request, resources: [{group: apps}]}', pod, 'Metadata'],
    ['{level: Request, resources: [{group: "", resources: [pods]}]}', pod, 'Request'],
    ['{level: Request, resources: [{group: "", resources: [pods]}]}', `${pod}/log`, 'Metadata'],
    ['{level: Request, resources: [{group: "", resources: [pods/log]}]}', `${pod}/log`, 'Request'],
    ['{level: Request, resources: [{group: "", resources: [pods/*]}]}', `${pod}/log`, 'Request'],
    ['{level: Request, resources: [{group: "", resources: ["*/log"]}]}', `${pod}/log`, 'Request'],
    ['{level: Request, resources: [{group: "", resources: ["*"]}]}', `${pod}/log`, 'Request'],
    ['{level: Request, resources: [{group: "", resources: [pods], resourceNames: [q]}]}', pod, 'Metadata'],
    ['{level: Request, resources: [{group: "", resources: [pods], resourceNames: [p]}]}', pod, 'Request'],
    ['{level: None, nonResourceURLs: ["/healthz*"]}', '/healthz/etcd', 'None'],
    ['{level: None, nonResourceURLs: ["/healthz"]}', '/healthz/etcd', 'Metadata'],
    ['{level: None, nonResourceURLs: ["*"]}', pod, 'Metadata'],
  ])('%s for %s is %s', async (rules, path, expected) => {
    expect(await levelOf(rules, path)).toBe(expected);
  });

  it('records nothing that no rule is for', async () => {
    const policy = await parsePolicy(`${HEAD}rules: [{level: Metadata, users: [bob]}]`);
    expect(policy.decide(undefined, parseRequestInfo('GET', '/', NOTHING)).level).toBe('None');
  });

  it('adds the stages that it leaves out, and lets a rule overrule managed fields', async () => {
    const policy = await parsePolicy(`${HEAD}omitStages: [RequestReceived]\nomitManagedFields: true\nrules: [{level: Request, omitStages: [Panic], omitManagedFields: false}]`);
    const { omitStages, omitManagedFields } = policy.decide(undefined, parseRequestInfo('GET', '/', NOTHING));
    expect([[...omitStages], omitManagedFields]).toEqual([['RequestReceived', 'Panic'], false]);
  });

  it.each([
    ['rules: []', 'loaded illegal policy with 0 rules'],
    ['rules: [{}]', 'rules[0].level: Required value'],
    ['rules: [{level: All}]', 'rules[0].level: Unsupported value: "All": supported values: "None", "Metadata", "Request", "RequestResponse"'],
    ['rules: [{level: None, omitStages: [x]}]', 'rules[0].omitStages[0]: Invalid value: "x": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic'],
    ['omitStages: [y]\nrules: [{level: None}]', 'omitStages[0]: Invalid value: "y": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic'],
    ['rules: [{level: None, nonResourceURLs: [logs]}]', 'rules[0].nonResourceURLs[0]: Invalid value: "logs": non-resource URL rules must begin with a \'/\' character'],
    ['rules: [{level: None, nonResourceURLs: ["/a*b"]}]', 'rules[0].nonResourceURLs[0]: Invalid value: "/a*b": non-resource URL wildcards \'*\' must be the final character of the rule'],
    ['rules: [{level: None, nonResourceURLs: ["/a"], namespaces: [b]}]', 'rules[0].nonResourceURLs: Invalid value: ["/a"]: rules cannot apply to both regular resources and non-resource URLs'],
    ['rules: [{level: None, resources: [{group: "", resourceNames: [b]}]}]', 'rules[0].resources[0].resourceNames: Invalid value: ["b"]: using resourceNames requires at least one resource'],
    ['rules: [{level: None, verb: [get]}]', 'strict decoding error: unknown field "rules[0].verb"'],
  ])('refuses %s', async (text, message) => {
    await expect(parsePolicy(HEAD + text)).rejects.toThrow(message);
  });
});
