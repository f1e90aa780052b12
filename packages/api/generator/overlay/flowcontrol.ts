import type { Overlay } from './overlay';

export const flowcontrol: Overlay = {
  FlowSchemaSpec: { rules: 'list=atomic' },
  FlowSchemaStatus: { conditions: 'list=map(type) patch=merge(type)' },
  LimitResponse: { '.': 'union=type(queuing)' },
  NonResourcePolicyRule: { nonResourceURLs: 'list=set', verbs: 'list=set' },
  PolicyRulesWithSubjects: { nonResourceRules: 'list=atomic', resourceRules: 'list=atomic', subjects: 'list=atomic' },
  PriorityLevelConfigurationSpec: { '.': 'union=type(exempt,limited)' },
  PriorityLevelConfigurationStatus: { conditions: 'list=map(type) patch=merge(type)' },
  ResourcePolicyRule: { apiGroups: 'list=set', namespaces: 'list=set', resources: 'list=set', verbs: 'list=set' },
  Subject: { '.': 'union=kind(group,serviceAccount,user)' },
};
