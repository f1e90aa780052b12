import type { Overlay } from './overlay';

export const rbac: Overlay = {
  AggregationRule: { clusterRoleSelectors: 'list=atomic' },
  ClusterRole: { rules: 'list=atomic' },
  ClusterRoleBinding: { subjects: 'list=atomic' },
  PolicyRule: {
    apiGroups: 'list=atomic',
    nonResourceURLs: 'list=atomic',
    resourceNames: 'list=atomic',
    resources: 'list=atomic',
    verbs: 'list=atomic',
  },
  Role: { rules: 'list=atomic' },
  RoleBinding: { subjects: 'list=atomic' },
  RoleRef: { '.': 'map=atomic' },
  Subject: { '.': 'map=atomic' },
};
