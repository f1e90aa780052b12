import type { flowcontrolv1 } from '../../../types';

/** The two flow schemas that every server has; whoever writes one writes exactly this. (apiserver flowcontrol bootstrap) */
export const MANDATORY_FLOW_SCHEMAS: Readonly<Record<string, flowcontrolv1.FlowSchemaSpec>> = {
  exempt: {
    priorityLevelConfiguration: { name: 'exempt' },
    matchingPrecedence: 1,
    rules: [everythingFrom('system:masters')],
  },
  'catch-all': {
    priorityLevelConfiguration: { name: 'catch-all' },
    matchingPrecedence: 10000,
    distinguisherMethod: { type: 'ByUser' },
    rules: [everythingFrom('system:unauthenticated', 'system:authenticated')],
  },
};

function everythingFrom(...groups: string[]): flowcontrolv1.PolicyRulesWithSubjects {
  return {
    subjects: groups.map((name) => ({ kind: 'Group', group: { name } })),
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  };
}
