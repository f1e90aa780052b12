import type { rbacv1 } from '@typekube/api';
import {
  ADMISSION,
  APPS,
  AUTHORIZATION,
  AUTOSCALING,
  BATCH,
  CERTIFICATES,
  CORE,
  DISCOVERY,
  EVENTS,
  EXTENSIONS,
  NETWORKING,
  on,
  POLICY,
  RBAC,
  READ,
  READ_UPDATE,
  RESOURCE,
} from './rule';
import { account, type BindingTemplate, type RoleTemplate } from './template';
import { VOLUME_CONTROLLERS } from './volume-controller-roles';

const PREFIX = 'system:controller:';
const APP_GROUPS = [APPS, EXTENSIONS];
const SIGNERS = ['legacy-unknown', 'kube-apiserver-client', 'kube-apiserver-client-kubelet', 'kubelet-serving'];
const RUN_PODS = on(CORE, 'pods', 'list watch create delete patch');

/** The rules of each controller, by the name of its service account in kube-system. */
const CONTROLLERS: Readonly<Record<string, readonly rbacv1.PolicyRule[]>> = {
  ...VOLUME_CONTROLLERS,
  // Whatever the roles say that it collects.
  'clusterrole-aggregation-controller': [on(RBAC, 'clusterroles', `escalate ${READ_UPDATE}`)],
  'cronjob-controller': [
    on(BATCH, 'cronjobs', `${READ} update`),
    on(BATCH, 'jobs', `${READ} create update delete patch`),
    on(BATCH, 'cronjobs/status', 'update'),
    on(BATCH, 'cronjobs/finalizers', 'update'),
    on(CORE, 'pods', 'list watch delete'),
    EVENTS,
  ],
  'daemon-set-controller': [
    on(APP_GROUPS, 'daemonsets', READ),
    on(APP_GROUPS, 'daemonsets/status', 'update'),
    on(APP_GROUPS, 'daemonsets/finalizers', 'update'),
    on(CORE, 'nodes', 'list watch'),
    RUN_PODS,
    on(CORE, 'pods/binding', 'create'),
    on(APPS, 'controllerrevisions', `${READ} create delete update patch`),
    EVENTS,
  ],
  'deployment-controller': [
    on(APP_GROUPS, 'deployments', `${READ} update`),
    on(APP_GROUPS, 'deployments/status', 'update'),
    on(APP_GROUPS, 'deployments/finalizers', 'update'),
    on(APP_GROUPS, 'replicasets', `${READ} create update patch delete`),
    on(CORE, 'pods', `${READ} update`),
    EVENTS,
  ],
  'device-taint-eviction-controller': [
    on(CORE, 'pods', `${READ} delete`),
    on(CORE, 'pods/status', 'update patch'),
    on(RESOURCE, 'resourceclaims', READ),
    on(RESOURCE, 'resourceslices', READ),
    on(RESOURCE, 'deviceclasses', READ),
    EVENTS,
  ],
  'disruption-controller': [
    on(APP_GROUPS, 'deployments', READ),
    on(APP_GROUPS, 'replicasets', READ),
    on(CORE, 'replicationcontrollers', READ),
    on(POLICY, 'poddisruptionbudgets', READ),
    on(APPS, 'statefulsets', READ),
    on(POLICY, 'poddisruptionbudgets/status', 'update'),
    on(CORE, 'pods/status', 'patch update'),
    on('*', '*/scale', 'get'),
    EVENTS,
  ],
  'endpoint-controller': [
    on(CORE, 'services pods', READ),
    on(CORE, 'endpoints', `${READ} create update delete`),
    on(CORE, 'endpoints/restricted', 'create'),
    EVENTS,
  ],
  'endpointslice-controller': [
    on(CORE, 'services pods nodes', READ),
    // A slice blocks the deletion of the service that owns it.
    on(CORE, 'services/finalizers', 'update'),
    on(DISCOVERY, 'endpointslices', `${READ} create update delete`),
    EVENTS,
  ],
  'endpointslicemirroring-controller': [
    on(CORE, 'services endpoints', READ),
    on(CORE, 'services/finalizers', 'update'),
    on(CORE, 'endpoints/finalizers', 'update'),
    on(DISCOVERY, 'endpointslices', `${READ} create update delete`),
    EVENTS,
  ],
  'resource-claim-controller': [
    on(CORE, 'pods', READ),
    on(CORE, 'pods/finalizers', 'update'),
    on(RESOURCE, 'resourceclaims', `${READ} create delete`),
    on(RESOURCE, 'resourceclaims resourceclaims/status', 'update patch'),
    on(CORE, 'pods/status', 'update patch'),
    EVENTS,
    on(RESOURCE, 'resourceclaims/binding', 'update patch'),
  ],
  'generic-garbage-collector': [on('*', '*', `${READ_UPDATE} delete`), EVENTS],
  'horizontal-pod-autoscaler': [
    on(AUTOSCALING, 'horizontalpodautoscalers', READ),
    on(AUTOSCALING, 'horizontalpodautoscalers/status', 'update'),
    on('*', '*/scale', 'get update'),
    on(CORE, 'pods', 'list watch'),
    on('metrics.k8s.io', 'pods', 'list watch'),
    on('custom.metrics.k8s.io', '*', READ),
    on('external.metrics.k8s.io', '*', READ),
    EVENTS,
  ],
  'job-controller': [
    on(BATCH, 'jobs', READ_UPDATE),
    on(BATCH, 'jobs/status', 'update'),
    on(BATCH, 'jobs/finalizers', 'update'),
    RUN_PODS,
    EVENTS,
  ],
  'namespace-controller': [
    on(CORE, 'namespaces', `${READ} delete`),
    on(CORE, 'namespaces/finalize namespaces/status', 'update'),
    on('*', '*', `${READ} delete deletecollection`),
  ],
  'node-controller': [
    on(CORE, 'nodes', `${READ_UPDATE} delete`),
    on(CORE, 'nodes/status', 'patch update'),
    on(CORE, 'pods/status', 'patch update'),
    on(CORE, 'pods', `${READ} delete`),
    EVENTS,
  ],
  'pod-garbage-collector': [on(CORE, 'pods', 'list watch delete'), on(CORE, 'nodes', READ), on(CORE, 'pods/status', 'patch')],
  'replicaset-controller': [
    on(APP_GROUPS, 'replicasets', `${READ} update`),
    on(APP_GROUPS, 'replicasets/status', 'update'),
    on(APP_GROUPS, 'replicasets/finalizers', 'update'),
    RUN_PODS,
    EVENTS,
  ],
  'replication-controller': [
    on(CORE, 'replicationcontrollers', `${READ} update`),
    on(CORE, 'replicationcontrollers/status', 'update'),
    on(CORE, 'replicationcontrollers/finalizers', 'update'),
    RUN_PODS,
    EVENTS,
  ],
  'resourcequota-controller': [on('*', '*', 'list watch'), on(CORE, 'resourcequotas/status', 'update'), EVENTS],
  'route-controller': [on(CORE, 'nodes', 'list watch'), on(CORE, 'nodes/status', 'patch'), EVENTS],
  'service-account-controller': [on(CORE, 'serviceaccounts', 'create'), EVENTS],
  'service-controller': [
    on(CORE, 'services', READ),
    on(CORE, 'services/status', 'patch update'),
    on(CORE, 'nodes', 'list watch'),
    EVENTS,
  ],
  'service-cidrs-controller': [
    on(NETWORKING, 'servicecidrs', READ_UPDATE),
    on(NETWORKING, 'servicecidrs/finalizers', 'patch update'),
    on(NETWORKING, 'servicecidrs/status', 'patch update'),
    on(NETWORKING, 'ipaddresses', READ),
    EVENTS,
  ],
  'statefulset-controller': [
    on(CORE, 'pods', 'list watch'),
    on(APPS, 'statefulsets', READ),
    on(APPS, 'statefulsets/status', 'update'),
    on(APPS, 'statefulsets/finalizers', 'update'),
    on(CORE, 'pods', 'get create delete update patch'),
    on(APPS, 'controllerrevisions', `${READ_UPDATE} create delete`),
    on(CORE, 'persistentvolumeclaims', `${READ} create`),
    on(CORE, 'persistentvolumeclaims', 'update delete'),
    on(CORE, 'pods/finalizers', 'update'),
    EVENTS,
  ],
  'ttl-controller': [on(CORE, 'nodes', 'update patch list watch'), EVENTS],
  'certificate-controller': [
    on(CERTIFICATES, 'certificatesigningrequests', `${READ} delete`),
    on(CERTIFICATES, 'certificatesigningrequests/status certificatesigningrequests/approval', 'update'),
    on(CERTIFICATES, 'signers', 'approve', ['kubernetes.io/kube-apiserver-client-kubelet']),
    on(CERTIFICATES, 'signers', 'sign', SIGNERS.map((signer) => `kubernetes.io/${signer}`)),
    on(AUTHORIZATION, 'subjectaccessreviews', 'create'),
    EVENTS,
  ],
  'ttl-after-finished-controller': [on(BATCH, 'jobs', `${READ} delete`), EVENTS],
  'root-ca-cert-publisher': [on(CORE, 'configmaps', 'create update'), EVENTS],
  'validatingadmissionpolicy-status-controller': [
    on(ADMISSION, 'validatingadmissionpolicies', READ),
    on(ADMISSION, 'validatingadmissionpolicies/status', 'get patch update'),
    EVENTS,
  ],
  'legacy-service-account-token-cleaner': [
    on(CORE, 'configmaps', 'get', ['kube-apiserver-legacy-service-account-token-tracking']),
    on(CORE, 'secrets', 'patch delete'),
  ],
  'storage-version-migrator-controller': [
    on('*', '*', 'list watch create patch'),
    on('storagemigration.k8s.io', 'storageversionmigrations/status', 'update'),
  ],
};

export const CONTROLLER_ROLES: readonly RoleTemplate[] = Object.entries(CONTROLLERS).map(([name, rules]) => {
  return { name: PREFIX + name, rules };
});

/** Each controller has its role by a service account of its own. */
export const CONTROLLER_BINDINGS: readonly BindingTemplate[] = Object.keys(CONTROLLERS).map((name) => {
  return { name: PREFIX + name, subjects: [account(name)] };
});
