import type { Overlay } from './overlay';

export const admissionregistration: Overlay = {
  MatchResources: { '.': 'map=atomic', excludeResourceRules: 'list=atomic', resourceRules: 'list=atomic' },
  MutatingAdmissionPolicySpec: {
    matchConditions: 'list=map(name) patch=merge(name)',
    mutations: 'list=atomic',
    variables: 'list=atomic',
  },
  MutatingWebhook: {
    admissionReviewVersions: 'list=atomic',
    matchConditions: 'list=map(name) patch=merge(name)',
    rules: 'list=atomic',
  },
  MutatingWebhookConfiguration: { webhooks: 'list=map(name) patch=merge(name)' },
  NamedRuleWithOperations: {
    '.': 'map=atomic',
    apiGroups: 'list=atomic',
    apiVersions: 'list=atomic',
    operations: 'list=atomic',
    resourceNames: 'list=atomic',
    resources: 'list=atomic',
  },
  ParamKind: { '.': 'map=atomic' },
  ParamRef: { '.': 'map=atomic' },
  RuleWithOperations: {
    apiGroups: 'list=atomic',
    apiVersions: 'list=atomic',
    operations: 'list=atomic',
    resources: 'list=atomic',
  },
  TypeChecking: { expressionWarnings: 'list=atomic' },
  ValidatingAdmissionPolicyBindingSpec: { validationActions: 'list=set' },
  ValidatingAdmissionPolicySpec: {
    auditAnnotations: 'list=atomic',
    matchConditions: 'list=map(name) patch=merge(name)',
    validations: 'list=atomic',
    variables: 'list=map(name) patch=merge(name)',
  },
  ValidatingAdmissionPolicyStatus: { conditions: 'list=map(type)' },
  ValidatingWebhook: {
    admissionReviewVersions: 'list=atomic',
    matchConditions: 'list=map(name) patch=merge(name)',
    rules: 'list=atomic',
  },
  ValidatingWebhookConfiguration: { webhooks: 'list=map(name) patch=merge(name)' },
  'v1.Variable': { '.': 'map=atomic' },
  'v1beta1.Variable': { '.': 'map=atomic' },
};
