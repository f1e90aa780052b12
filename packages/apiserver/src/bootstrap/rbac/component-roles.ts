import { NODE_RULES } from './node-rules';
import {
  APPS,
  AUTHENTICATION,
  AUTHORIZATION,
  CERTIFICATES,
  COORDINATION,
  CORE,
  DISCOVERY,
  EVENTS,
  EXTENSIONS,
  NETWORKING,
  on,
  paths,
  POLICY,
  READ,
  READ_UPDATE,
  RESOURCE,
  STORAGE,
} from './rule';
import { account, type BindingTemplate, group, type RoleTemplate, user } from './template';

const ASK_WHO = on(AUTHENTICATION, 'tokenreviews', 'create');
const ASK_WHETHER = on(AUTHORIZATION, 'subjectaccessreviews', 'create');

/** Roles of the cluster's components and of what runs beside them. */
export const COMPONENT_ROLES: readonly RoleTemplate[] = [
  { name: 'system:heapster', rules: [on(CORE, 'events pods nodes namespaces', READ), on(EXTENSIONS, 'deployments', READ)] },
  { name: 'system:node', rules: NODE_RULES },
  { name: 'system:node-problem-detector', rules: [on(CORE, 'nodes', 'get'), on(CORE, 'nodes/status', 'patch'), EVENTS] },
  {
    name: 'system:kubelet-api-admin',
    rules: [
      on(CORE, 'nodes', READ),
      on(CORE, 'nodes', 'proxy'),
      on(CORE, 'nodes/log nodes/metrics nodes/proxy nodes/stats', '*'),
      on(CORE, 'nodes/configz nodes/healthz nodes/pods', '*'),
    ],
  },
  { name: 'system:node-bootstrapper', rules: [on(CERTIFICATES, 'certificatesigningrequests', `create ${READ}`)] },
  { name: 'system:auth-delegator', rules: [ASK_WHO, ASK_WHETHER] },
  { name: 'system:kube-aggregator', rules: [on(CORE, 'services endpoints', READ)] },
  {
    name: 'system:kube-controller-manager',
    rules: [
      EVENTS,
      on(COORDINATION, 'leases', 'create'),
      on(COORDINATION, 'leases', 'get update', ['kube-controller-manager']),
      on(CORE, 'secrets serviceaccounts', 'create'),
      on(CORE, 'secrets', 'delete'),
      on(CORE, 'namespaces secrets serviceaccounts configmaps', 'get'),
      on(CORE, 'secrets serviceaccounts', 'update'),
      ASK_WHO,
      ASK_WHETHER,
      on('*', '*', 'list watch'),
      on(CORE, 'serviceaccounts/token', 'create'),
    ],
  },
  { name: 'system:kube-dns', rules: [on(CORE, 'endpoints services', 'list watch')] },
  {
    name: 'system:persistent-volume-provisioner',
    rules: [
      on(CORE, 'persistentvolumes', `${READ} create delete`),
      on(CORE, 'persistentvolumeclaims', `${READ} update`),
      on(STORAGE, 'storageclasses', READ),
      on(CORE, 'events', 'watch'),
      EVENTS,
    ],
  },
  {
    name: 'system:volume-scheduler',
    rules: [
      on(CORE, 'persistentvolumes', READ_UPDATE),
      on(STORAGE, 'storageclasses', READ),
      on(CORE, 'persistentvolumeclaims', READ_UPDATE),
    ],
  },
  ...['nodeclient', 'selfnodeclient'].map((way) => ({
    name: `system:certificates.k8s.io:certificatesigningrequests:${way}`,
    rules: [on(CERTIFICATES, `certificatesigningrequests/${way}`, 'create')],
  })),
  ...['legacy-unknown', 'kubelet-serving', 'kube-apiserver-client', 'kube-apiserver-client-kubelet'].map((signer) => ({
    name: `system:certificates.k8s.io:${signer}-approver`,
    rules: [on(CERTIFICATES, 'signers', 'approve', [`kubernetes.io/${signer}`])],
  })),
  {
    name: 'system:service-account-issuer-discovery',
    rules: [
      paths('/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/'),
    ],
  },
  {
    name: 'system:node-proxier',
    rules: [
      on(CORE, 'services endpoints', 'list watch'),
      on(CORE, 'nodes', READ),
      EVENTS,
      on(NETWORKING, 'servicecidrs', 'list watch'),
      on(DISCOVERY, 'endpointslices', 'list watch'),
    ],
  },
  {
    name: 'system:kube-scheduler',
    rules: [
      EVENTS,
      on(COORDINATION, 'leases', 'create'),
      on(COORDINATION, 'leases', 'get update', ['kube-scheduler']),
      on(CORE, 'nodes', READ),
      on(CORE, 'pods', `${READ} delete`),
      on(CORE, 'pods/binding bindings', 'create'),
      on(CORE, 'pods/status', 'patch update'),
      on(CORE, 'services replicationcontrollers', READ),
      on([APPS, EXTENSIONS], 'replicasets', READ),
      on(APPS, 'statefulsets', READ),
      on(POLICY, 'poddisruptionbudgets', READ),
      on(CORE, 'persistentvolumeclaims persistentvolumes', READ),
      ASK_WHO,
      ASK_WHETHER,
      on(STORAGE, 'csinodes', READ),
      on(STORAGE, 'volumeattachments', READ),
      on(CORE, 'namespaces', READ),
      on(STORAGE, 'csidrivers', READ),
      on(STORAGE, 'csistoragecapacities', READ),
      on(RESOURCE, 'deviceclasses', READ),
      on(RESOURCE, 'resourceclaims', READ_UPDATE),
      on(RESOURCE, 'resourceclaims/status', READ_UPDATE),
      on(CORE, 'pods/finalizers', READ_UPDATE),
      on(RESOURCE, 'resourceslices', READ),
      on(RESOURCE, 'resourceclaims/binding', 'update patch'),
    ],
  },
];

const AUTHENTICATED = group('system:authenticated');

/** Who has which of the default roles from the start. Nodes have theirs by the node authorizer. */
export const COMPONENT_BINDINGS: readonly BindingTemplate[] = [
  { name: 'cluster-admin', subjects: [group('system:masters')] },
  { name: 'system:monitoring', subjects: [group('system:monitoring')] },
  { name: 'system:discovery', subjects: [AUTHENTICATED] },
  { name: 'system:basic-user', subjects: [AUTHENTICATED] },
  { name: 'system:public-info-viewer', subjects: [AUTHENTICATED, group('system:unauthenticated')] },
  { name: 'system:node-proxier', subjects: [user('system:kube-proxy')] },
  { name: 'system:kube-controller-manager', subjects: [user('system:kube-controller-manager')] },
  { name: 'system:kube-dns', subjects: [account('kube-dns')] },
  { name: 'system:kube-scheduler', subjects: [user('system:kube-scheduler')] },
  { name: 'system:volume-scheduler', subjects: [user('system:kube-scheduler')] },
  { name: 'system:node', subjects: [] },
  { name: 'system:service-account-issuer-discovery', subjects: [group('system:serviceaccounts')] },
];
