import type { flowcontrolv1 } from '@typekube/api';

type Spec = flowcontrolv1.FlowSchemaSpec;
type Subject = flowcontrolv1.Subject;
type Rule = flowcontrolv1.ResourcePolicyRule;

const EVERYBODY = [...groups('system:unauthenticated'), ...groups('system:authenticated')];
const NODES = groups('system:nodes');
const CONTROLLER_MANAGER = users('system:kube-controller-manager');
const SCHEDULER = users('system:kube-scheduler');
const SYSTEM_ACCOUNTS = serviceAccounts('*');
const LEASES = rule(['get', 'create', 'update'], 'coordination.k8s.io', ['leases']);

/** Schemas that every server has, whoever changes them. */
export const MANDATORY_SCHEMAS: Readonly<Record<string, Spec>> = {
  exempt: schema('exempt', 1, undefined, everything(groups('system:masters'))),
  'catch-all': schema('catch-all', 10_000, 'ByUser', everything(EVERYBODY)),
};

/** Schemas that a server comes with, until their owner takes them over. */
export const SUGGESTED_SCHEMAS: Readonly<Record<string, Spec>> = {
  'system-nodes': schema('system', 500, 'ByUser', everything(NODES)),
  'system-node-high': schema('node-high', 400, 'ByUser', {
    subjects: NODES,
    resourceRules: [
      { ...rule(['*'], '', ['nodes', 'nodes/status']), clusterScope: true },
      rule(['*'], 'coordination.k8s.io', ['leases']),
    ],
  }),
  probes: schema('exempt', 2, undefined, {
    subjects: EVERYBODY,
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
  }),
  'system-leader-election': schema('leader-election', 100, 'ByUser', {
    subjects: [...CONTROLLER_MANAGER, ...SCHEDULER, ...SYSTEM_ACCOUNTS],
    resourceRules: [LEASES],
  }),
  'endpoint-controller': schema('workload-high', 150, 'ByUser', {
    subjects: [...CONTROLLER_MANAGER, ...serviceAccounts('endpoint-controller'), ...serviceAccounts('endpointslicemirroring-controller')],
    resourceRules: [rule(['get', 'create', 'update'], '', ['endpoints'])],
  }),
  'workload-leader-election': schema('leader-election', 200, 'ByUser', { subjects: SYSTEM_ACCOUNTS, resourceRules: [LEASES] }),
  'kube-controller-manager': schema('workload-high', 800, 'ByNamespace', everything(CONTROLLER_MANAGER)),
  'kube-scheduler': schema('workload-high', 800, 'ByNamespace', everything(SCHEDULER)),
  'kube-system-service-accounts': schema('workload-high', 900, 'ByNamespace', everything(SYSTEM_ACCOUNTS)),
  'service-accounts': schema('workload-low', 9000, 'ByUser', everything(groups('system:serviceaccounts'))),
  'global-default': schema('global-default', 9900, 'ByUser', everything(EVERYBODY)),
};

function schema(
  level: string,
  matchingPrecedence: number,
  distinguisher: 'ByUser' | 'ByNamespace' | undefined,
  rules: flowcontrolv1.PolicyRulesWithSubjects,
): Spec {
  return {
    priorityLevelConfiguration: { name: level },
    matchingPrecedence,
    ...(distinguisher && { distinguisherMethod: { type: distinguisher } }),
    rules: [rules],
  };
}

function everything(subjects: Subject[]): flowcontrolv1.PolicyRulesWithSubjects {
  return {
    subjects,
    resourceRules: [{ ...rule(['*'], '*', ['*']), clusterScope: true }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  };
}

function rule(verbs: string[], apiGroup: string, resources: string[]): Rule {
  return { verbs, apiGroups: [apiGroup], resources, namespaces: ['*'] };
}

function groups(name: string): Subject[] {
  return [{ kind: 'Group', group: { name } }];
}

function users(name: string): Subject[] {
  return [{ kind: 'User', user: { name } }];
}

function serviceAccounts(name: string): Subject[] {
  return [{ kind: 'ServiceAccount', serviceAccount: { namespace: 'kube-system', name } }];
}
