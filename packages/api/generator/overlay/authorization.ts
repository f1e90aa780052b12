import type { Overlay } from './overlay';

export const authorization: Overlay = {
  FieldSelectorAttributes: { requirements: 'list=atomic' },
  LabelSelectorAttributes: { requirements: 'list=atomic' },
  NonResourceRule: { nonResourceURLs: 'list=atomic', verbs: 'list=atomic' },
  ResourceRule: {
    apiGroups: 'list=atomic',
    resourceNames: 'list=atomic',
    resources: 'list=atomic',
    verbs: 'list=atomic',
  },
  SubjectAccessReviewSpec: { groups: 'list=atomic' },
  SubjectRulesReviewStatus: { nonResourceRules: 'list=atomic', resourceRules: 'list=atomic' },
};
