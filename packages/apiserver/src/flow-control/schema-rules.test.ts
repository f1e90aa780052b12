import type { flowcontrolv1 } from '@typekube/api';
import { parseRequestInfo } from '../http/request-info';
import { matchesRequest, matchesSubject } from './schema-rules';

const NOTHING = new URLSearchParams();

describe('subjects', () => {
  const user = { name: 'ann', groups: ['a', 'b'] };
  const account = { name: 'system:serviceaccount:kube-system:robot', groups: [] };
  it.each<[string, flowcontrolv1.Subject, typeof user, boolean]>([
    ['a user', { kind: 'User', user: { name: 'ann' } }, user, true],
    ['another user', { kind: 'User', user: { name: 'bob' } }, user, false],
    ['every user', { kind: 'User', user: { name: '*' } }, user, true],
    ['a group', { kind: 'Group', group: { name: 'b' } }, user, true],
    ['another group', { kind: 'Group', group: { name: 'c' } }, user, false],
    ['every group', { kind: 'Group', group: { name: '*' } }, account, true],
    ['a service account', { kind: 'ServiceAccount', serviceAccount: { namespace: 'kube-system', name: 'robot' } }, account, true],
    ['all of a namespace', { kind: 'ServiceAccount', serviceAccount: { namespace: 'kube-system', name: '*' } }, account, true],
    ['all of a namespace whose name is longer', { kind: 'ServiceAccount', serviceAccount: { namespace: 'kube', name: '*' } }, account, false],
    ['a user of the name of a service account', { kind: 'ServiceAccount', serviceAccount: { namespace: 'x', name: 'ann' } }, user, false],
  ])('%s', (_what, subject, who, expected) => {
    expect(matchesSubject({ subjects: [subject] }, who)).toBe(expected);
  });
});

describe('rules', () => {
  const rule = (changes: Partial<flowcontrolv1.ResourcePolicyRule>): flowcontrolv1.PolicyRulesWithSubjects => ({
    subjects: [],
    resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], namespaces: ['*'], ...changes }],
  });
  const url = (...nonResourceURLs: string[]): flowcontrolv1.PolicyRulesWithSubjects => {
    return { subjects: [], nonResourceRules: [{ verbs: ['get'], nonResourceURLs }] };
  };
  it.each<[string, flowcontrolv1.PolicyRulesWithSubjects, string, boolean]>([
    ['a pod', rule({}), '/api/v1/namespaces/a/pods/p', true],
    ['another resource', rule({}), '/api/v1/namespaces/a/services/p', false],
    ['a subresource', rule({}), '/api/v1/namespaces/a/pods/p/status', false],
    ['a subresource by name', rule({ resources: ['pods/status'] }), '/api/v1/namespaces/a/pods/p/status', true],
    ['any resource', rule({ resources: ['*'] }), '/api/v1/namespaces/a/pods/p/status', true],
    ['another group', rule({ apiGroups: ['apps'] }), '/api/v1/namespaces/a/pods/p', false],
    ['another verb', rule({ verbs: ['list'] }), '/api/v1/namespaces/a/pods/p', false],
    ['another namespace', rule({ namespaces: ['b'] }), '/api/v1/namespaces/a/pods/p', false],
    ['the cluster, which namespaces do not cover', rule({ resources: ['nodes'] }), '/api/v1/nodes/n', false],
    ['the cluster', rule({ resources: ['nodes'], clusterScope: true, namespaces: [] }), '/api/v1/nodes/n', true],
    ['a namespace, which the cluster does not cover', rule({ clusterScope: true, namespaces: [] }), '/api/v1/namespaces/a/pods/p', false],
    ['a path', url('/healthz'), '/healthz', true],
    ['below a path', url('/healthz'), '/healthz/etcd', true],
    ['beside a path', url('/healthz'), '/healthzz', false],
    ['below a pattern', url('/healthz/*'), '/healthz/etcd', true],
    ['any path', url('*'), '/x', true],
    ['a resource, which paths do not cover', url('*'), '/api/v1/nodes/n', false],
  ])('%s', (_what, rules, path, expected) => {
    expect(matchesRequest(rules, parseRequestInfo('GET', path, NOTHING))).toBe(expected);
  });
});
