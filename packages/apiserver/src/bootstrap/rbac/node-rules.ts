import type { rbacv1 } from '@typekube/api';
import { AUTHENTICATION, AUTHORIZATION, CERTIFICATES, COORDINATION, CORE, on, READ, RESOURCE, STORAGE } from './rule';

/** What kubelets need: the rules of the role `system:node`, and what the node authorizer allows where it does not look closer. */
export const NODE_RULES: readonly rbacv1.PolicyRule[] = [
  on(AUTHENTICATION, 'tokenreviews', 'create'),
  on(AUTHORIZATION, 'subjectaccessreviews localsubjectaccessreviews', 'create'),
  on(CORE, 'services', READ),
  on(CORE, 'nodes', `create ${READ}`),
  on(CORE, 'nodes/status', 'update patch'),
  on(CORE, 'nodes', 'update patch'),
  on(CORE, 'events', 'create update patch'),
  on(CORE, 'pods', READ),
  on(CORE, 'pods', 'create delete'),
  on(CORE, 'pods/status', 'update patch'),
  on(CORE, 'pods/eviction', 'create'),
  on(CORE, 'secrets configmaps', READ),
  on(CORE, 'persistentvolumeclaims persistentvolumes', 'get'),
  on(CORE, 'endpoints', 'get'),
  on(CERTIFICATES, 'certificatesigningrequests', `create ${READ}`),
  on(COORDINATION, 'leases', 'get create update patch delete'),
  on(STORAGE, 'volumeattachments', 'get'),
  on(CORE, 'serviceaccounts/token', 'create'),
  on(CORE, 'persistentvolumeclaims/status', 'get update patch'),
  on(STORAGE, 'csidrivers', READ),
  on(STORAGE, 'csinodes', 'get create update patch delete'),
  on('node.k8s.io', 'runtimeclasses', READ),
  on(RESOURCE, 'resourceclaims', 'get'),
  on(RESOURCE, 'resourceslices', 'deletecollection'),
  on(CORE, 'serviceaccounts', 'get'),
];
