import type { KubeObject } from '@typekube/apimachinery';
import { sample, sampleInVersions } from './sample';

const ADMISSION = 'admissionregistration.k8s.io';
const POLICY_VERSIONS = ['v1', 'v1beta1', 'v1alpha1'];
const RULE = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] };
const WEBHOOK = {
  name: 'sample.example.com',
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  failurePolicy: 'Ignore',
  clientConfig: { service: { namespace: 'default', name: 'sample-service' } },
  rules: [{ ...RULE, apiGroups: ['example.com'], resources: ['samples'] }],
};
const MUTATION = { patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{}' } };
const FLOW_RULES = [
  { subjects: [{ kind: 'User', user: { name: 'sample' } }], nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/sample'] }] },
];

/** Samples of what extends and governs the API itself. */
export const extensionSamples: readonly KubeObject[] = [
  sample(`${ADMISSION}/v1`, 'MutatingWebhookConfiguration', { webhooks: [WEBHOOK] }),
  sample(`${ADMISSION}/v1`, 'ValidatingWebhookConfiguration', { webhooks: [WEBHOOK] }),
  sample(`${ADMISSION}/v1`, 'ValidatingAdmissionPolicy', {
    spec: { matchConstraints: { resourceRules: [RULE] }, validations: [{ expression: 'true' }] },
  }),
  sample(`${ADMISSION}/v1`, 'ValidatingAdmissionPolicyBinding', {
    spec: { policyName: 'sample-validatingadmissionpolicy', validationActions: ['Audit'] },
  }),
  ...sampleInVersions(ADMISSION, POLICY_VERSIONS, 'MutatingAdmissionPolicy', {
    spec: { matchConstraints: { resourceRules: [RULE] }, mutations: [MUTATION], reinvocationPolicy: 'Never' },
  }),
  ...sampleInVersions(ADMISSION, POLICY_VERSIONS, 'MutatingAdmissionPolicyBinding', {
    spec: { policyName: 'sample-mutatingadmissionpolicy' },
  }),
  sample('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
    metadata: { name: 'samples.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'samples', kind: 'Sample' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  }),
  sample('apiregistration.k8s.io/v1', 'APIService', {
    metadata: { name: 'v1.samples.example.com' },
    spec: {
      group: 'samples.example.com',
      version: 'v1',
      groupPriorityMinimum: 100,
      versionPriority: 10,
      insecureSkipTLSVerify: true,
      service: { namespace: 'default', name: 'sample-service' },
    },
  }),
  sample('flowcontrol.apiserver.k8s.io/v1', 'FlowSchema', {
    spec: { priorityLevelConfiguration: { name: 'sample-prioritylevelconfiguration' }, rules: FLOW_RULES },
  }),
  sample('flowcontrol.apiserver.k8s.io/v1', 'PriorityLevelConfiguration', {
    spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
  }),
  sample('internal.apiserver.k8s.io/v1alpha1', 'StorageVersion', { metadata: { name: 'example.com.samples' }, spec: {} }),
  sample('storagemigration.k8s.io/v1beta1', 'StorageVersionMigration', {
    spec: { resource: { group: 'example.com', resource: 'samples' } },
  }),
];
