import type { KubeObject } from '@typekube/apimachinery';
import { CA_CERTIFICATE_PEM, CERTIFICATE_REQUEST_PEM } from './certificates';
import { sample, sampleInVersions } from './sample';

const RBAC = 'rbac.authorization.k8s.io';
const RULES = [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }];
const SUBJECTS = [{ kind: 'User', name: 'sample', apiGroup: RBAC }];
const POD_ACCESS = { resourceAttributes: { namespace: 'default', verb: 'get', resource: 'pods' } };
/** The body of a PEM block is its DER in base64. */
const REQUEST_DER = CERTIFICATE_REQUEST_PEM.split('\n').filter((line) => !line.startsWith('-----')).join('');
const NO_NAME = { metadata: {} };

/** Samples of who is who, who may do what, and certificates. */
export const accessSamples: readonly KubeObject[] = [
  sample(`${RBAC}/v1`, 'Role', { rules: RULES }),
  sample(`${RBAC}/v1`, 'ClusterRole', { rules: RULES }),
  sample(`${RBAC}/v1`, 'RoleBinding', { roleRef: { apiGroup: RBAC, kind: 'Role', name: 'sample-role' }, subjects: SUBJECTS }),
  sample(`${RBAC}/v1`, 'ClusterRoleBinding', {
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'sample-clusterrole' },
    subjects: SUBJECTS,
  }),
  sample('authentication.k8s.io/v1', 'SelfSubjectReview', NO_NAME),
  sample('authentication.k8s.io/v1', 'TokenReview', { ...NO_NAME, spec: { token: 'sample' } }),
  sample('authorization.k8s.io/v1', 'LocalSubjectAccessReview', {
    metadata: { namespace: 'default' },
    spec: { user: 'sample', ...POD_ACCESS },
  }),
  sample('authorization.k8s.io/v1', 'SelfSubjectAccessReview', { ...NO_NAME, spec: POD_ACCESS }),
  sample('authorization.k8s.io/v1', 'SelfSubjectRulesReview', { ...NO_NAME, spec: { namespace: 'default' } }),
  sample('authorization.k8s.io/v1', 'SubjectAccessReview', { ...NO_NAME, spec: { user: 'sample', ...POD_ACCESS } }),
  sample('certificates.k8s.io/v1', 'CertificateSigningRequest', {
    spec: {
      request: Buffer.from(CERTIFICATE_REQUEST_PEM).toString('base64'),
      signerName: 'example.com/sample',
      usages: ['client auth'],
    },
  }),
  ...sampleInVersions('certificates.k8s.io', ['v1beta1', 'v1alpha1'], 'ClusterTrustBundle', {
    spec: { trustBundle: CA_CERTIFICATE_PEM },
  }),
  sample('certificates.k8s.io/v1beta1', 'PodCertificateRequest', {
    spec: {
      signerName: 'example.com/sample',
      podName: 'sample-pod',
      podUID: '00000000-0000-0000-0000-000000000001',
      serviceAccountName: 'default',
      serviceAccountUID: '00000000-0000-0000-0000-000000000002',
      nodeName: 'sample-node',
      nodeUID: '00000000-0000-0000-0000-000000000003',
      stubPKCS10Request: REQUEST_DER,
    },
  }),
];
