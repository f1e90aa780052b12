import type {
  admissionregistrationv1,
  admissionregistrationv1beta1,
  apiextensionsv1,
  apiregistrationv1,
  apiserverinternalv1alpha1,
  appsv1,
  authenticationv1,
  authorizationv1,
  autoscalingv2,
  batchv1,
  certificatesv1,
  certificatesv1beta1,
  coordinationv1,
  coordinationv1beta1,
  corev1,
  discoveryv1,
  eventsv1,
  flowcontrolv1,
  networkingv1,
  nodev1,
  policyv1,
  rbacv1,
  resourcev1,
  resourcev1alpha3,
  schedulingv1,
  schedulingv1alpha2,
  storagemigrationv1beta1,
  storagev1,
} from '@typekube/api';
import { type KubeObject, parseGroupVersion } from '@typekube/apimachinery';
import type { ResourceRef } from '../discovery/resource-ref';

/**
 * Every built-in kind with the type of its objects: `client.for(pods)`. The names are those of the definitions in
 * `@typekube/api`, which are not imported: a client needs none of their rules. A test compares the two.
 */
export const bindings = namespaced<corev1.Binding>('v1', 'Binding');
export const componentStatuses = cluster<corev1.ComponentStatus>('v1', 'ComponentStatus');
export const configMaps = namespaced<corev1.ConfigMap>('v1', 'ConfigMap');
export const endpoints = namespaced<corev1.Endpoints>('v1', 'Endpoints', 'endpoints');
export const events = namespaced<corev1.Event>('v1', 'Event');
export const limitRanges = namespaced<corev1.LimitRange>('v1', 'LimitRange');
export const namespaces = cluster<corev1.Namespace>('v1', 'Namespace');
export const nodes = cluster<corev1.Node>('v1', 'Node');
export const persistentVolumeClaims = namespaced<corev1.PersistentVolumeClaim>('v1', 'PersistentVolumeClaim');
export const persistentVolumes = cluster<corev1.PersistentVolume>('v1', 'PersistentVolume');
export const pods = namespaced<corev1.Pod>('v1', 'Pod');
export const podTemplates = namespaced<corev1.PodTemplate>('v1', 'PodTemplate');
export const replicationControllers = namespaced<corev1.ReplicationController>('v1', 'ReplicationController');
export const resourceQuotas = namespaced<corev1.ResourceQuota>('v1', 'ResourceQuota');
export const secrets = namespaced<corev1.Secret>('v1', 'Secret');
export const serviceAccounts = namespaced<corev1.ServiceAccount>('v1', 'ServiceAccount');
export const services = namespaced<corev1.Service>('v1', 'Service');

export const apiServices = cluster<apiregistrationv1.APIService>('apiregistration.k8s.io/v1', 'APIService');

export const controllerRevisions = namespaced<appsv1.ControllerRevision>('apps/v1', 'ControllerRevision');
export const daemonSets = namespaced<appsv1.DaemonSet>('apps/v1', 'DaemonSet');
export const deployments = namespaced<appsv1.Deployment>('apps/v1', 'Deployment');
export const replicaSets = namespaced<appsv1.ReplicaSet>('apps/v1', 'ReplicaSet');
export const statefulSets = namespaced<appsv1.StatefulSet>('apps/v1', 'StatefulSet');

export const groupEvents = namespaced<eventsv1.Event>('events.k8s.io/v1', 'Event');

export const selfSubjectReviews = cluster<authenticationv1.SelfSubjectReview>('authentication.k8s.io/v1', 'SelfSubjectReview');
export const tokenReviews = cluster<authenticationv1.TokenReview>('authentication.k8s.io/v1', 'TokenReview');

export const localSubjectAccessReviews = namespaced<authorizationv1.LocalSubjectAccessReview>(
  'authorization.k8s.io/v1',
  'LocalSubjectAccessReview',
);
export const selfSubjectAccessReviews = cluster<authorizationv1.SelfSubjectAccessReview>(
  'authorization.k8s.io/v1',
  'SelfSubjectAccessReview',
);
export const selfSubjectRulesReviews = cluster<authorizationv1.SelfSubjectRulesReview>(
  'authorization.k8s.io/v1',
  'SelfSubjectRulesReview',
);
export const subjectAccessReviews = cluster<authorizationv1.SubjectAccessReview>(
  'authorization.k8s.io/v1',
  'SubjectAccessReview',
);

export const horizontalPodAutoscalers = namespaced<autoscalingv2.HorizontalPodAutoscaler>(
  'autoscaling/v2',
  'HorizontalPodAutoscaler',
);

export const cronJobs = namespaced<batchv1.CronJob>('batch/v1', 'CronJob');
export const jobs = namespaced<batchv1.Job>('batch/v1', 'Job');

export const certificateSigningRequests = cluster<certificatesv1.CertificateSigningRequest>(
  'certificates.k8s.io/v1',
  'CertificateSigningRequest',
);
export const clusterTrustBundles = cluster<certificatesv1beta1.ClusterTrustBundle>(
  'certificates.k8s.io/v1beta1',
  'ClusterTrustBundle',
);
export const podCertificateRequests = namespaced<certificatesv1beta1.PodCertificateRequest>(
  'certificates.k8s.io/v1beta1',
  'PodCertificateRequest',
);

export const ingressClasses = cluster<networkingv1.IngressClass>('networking.k8s.io/v1', 'IngressClass');
export const ingresses = namespaced<networkingv1.Ingress>('networking.k8s.io/v1', 'Ingress');
export const ipAddresses = cluster<networkingv1.IPAddress>('networking.k8s.io/v1', 'IPAddress');
export const networkPolicies = namespaced<networkingv1.NetworkPolicy>('networking.k8s.io/v1', 'NetworkPolicy');
export const serviceCidrs = cluster<networkingv1.ServiceCIDR>('networking.k8s.io/v1', 'ServiceCIDR');

export const podDisruptionBudgets = namespaced<policyv1.PodDisruptionBudget>('policy/v1', 'PodDisruptionBudget');

export const clusterRoleBindings = cluster<rbacv1.ClusterRoleBinding>('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding');
export const clusterRoles = cluster<rbacv1.ClusterRole>('rbac.authorization.k8s.io/v1', 'ClusterRole');
export const roleBindings = namespaced<rbacv1.RoleBinding>('rbac.authorization.k8s.io/v1', 'RoleBinding');
export const roles = namespaced<rbacv1.Role>('rbac.authorization.k8s.io/v1', 'Role');

export const csiDrivers = cluster<storagev1.CSIDriver>('storage.k8s.io/v1', 'CSIDriver');
export const csiNodes = cluster<storagev1.CSINode>('storage.k8s.io/v1', 'CSINode');
export const csiStorageCapacities = namespaced<storagev1.CSIStorageCapacity>('storage.k8s.io/v1', 'CSIStorageCapacity');
export const storageClasses = cluster<storagev1.StorageClass>('storage.k8s.io/v1', 'StorageClass');
export const volumeAttachments = cluster<storagev1.VolumeAttachment>('storage.k8s.io/v1', 'VolumeAttachment');
export const volumeAttributesClasses = cluster<storagev1.VolumeAttributesClass>('storage.k8s.io/v1', 'VolumeAttributesClass');

export const mutatingAdmissionPolicies = cluster<admissionregistrationv1beta1.MutatingAdmissionPolicy>(
  'admissionregistration.k8s.io/v1beta1',
  'MutatingAdmissionPolicy',
);
export const mutatingAdmissionPolicyBindings = cluster<admissionregistrationv1beta1.MutatingAdmissionPolicyBinding>(
  'admissionregistration.k8s.io/v1beta1',
  'MutatingAdmissionPolicyBinding',
);
export const mutatingWebhookConfigurations = cluster<admissionregistrationv1.MutatingWebhookConfiguration>(
  'admissionregistration.k8s.io/v1',
  'MutatingWebhookConfiguration',
);
export const validatingAdmissionPolicies = cluster<admissionregistrationv1.ValidatingAdmissionPolicy>(
  'admissionregistration.k8s.io/v1',
  'ValidatingAdmissionPolicy',
);
export const validatingAdmissionPolicyBindings = cluster<admissionregistrationv1.ValidatingAdmissionPolicyBinding>(
  'admissionregistration.k8s.io/v1',
  'ValidatingAdmissionPolicyBinding',
);
export const validatingWebhookConfigurations = cluster<admissionregistrationv1.ValidatingWebhookConfiguration>(
  'admissionregistration.k8s.io/v1',
  'ValidatingWebhookConfiguration',
);

export const customResourceDefinitions = cluster<apiextensionsv1.CustomResourceDefinition>(
  'apiextensions.k8s.io/v1',
  'CustomResourceDefinition',
);

export const podGroups = namespaced<schedulingv1alpha2.PodGroup>('scheduling.k8s.io/v1alpha2', 'PodGroup');
export const priorityClasses = cluster<schedulingv1.PriorityClass>('scheduling.k8s.io/v1', 'PriorityClass');
export const workloads = namespaced<schedulingv1alpha2.Workload>('scheduling.k8s.io/v1alpha2', 'Workload');

export const leaseCandidates = namespaced<coordinationv1beta1.LeaseCandidate>('coordination.k8s.io/v1beta1', 'LeaseCandidate');
export const leases = namespaced<coordinationv1.Lease>('coordination.k8s.io/v1', 'Lease');

export const runtimeClasses = cluster<nodev1.RuntimeClass>('node.k8s.io/v1', 'RuntimeClass');

export const endpointSlices = namespaced<discoveryv1.EndpointSlice>('discovery.k8s.io/v1', 'EndpointSlice');

export const flowSchemas = cluster<flowcontrolv1.FlowSchema>('flowcontrol.apiserver.k8s.io/v1', 'FlowSchema');
export const priorityLevelConfigurations = cluster<flowcontrolv1.PriorityLevelConfiguration>(
  'flowcontrol.apiserver.k8s.io/v1',
  'PriorityLevelConfiguration',
);

export const storageVersions = cluster<apiserverinternalv1alpha1.StorageVersion>(
  'internal.apiserver.k8s.io/v1alpha1',
  'StorageVersion',
);

export const deviceClasses = cluster<resourcev1.DeviceClass>('resource.k8s.io/v1', 'DeviceClass');
export const deviceTaintRules = cluster<resourcev1alpha3.DeviceTaintRule>('resource.k8s.io/v1alpha3', 'DeviceTaintRule');
export const resourceClaims = namespaced<resourcev1.ResourceClaim>('resource.k8s.io/v1', 'ResourceClaim');
export const resourceClaimTemplates = namespaced<resourcev1.ResourceClaimTemplate>('resource.k8s.io/v1', 'ResourceClaimTemplate');
export const resourcePoolStatusRequests = cluster<resourcev1alpha3.ResourcePoolStatusRequest>(
  'resource.k8s.io/v1alpha3',
  'ResourcePoolStatusRequest',
);
export const resourceSlices = cluster<resourcev1.ResourceSlice>('resource.k8s.io/v1', 'ResourceSlice');

export const storageVersionMigrations = cluster<storagemigrationv1beta1.StorageVersionMigration>(
  'storagemigration.k8s.io/v1beta1',
  'StorageVersionMigration',
);

function namespaced<T extends KubeObject>(apiVersion: string, kind: string, plural = pluralOf(kind)): ResourceRef<T> {
  return { ...parseGroupVersion(apiVersion), resource: plural, kind, namespaced: true };
}

function cluster<T extends KubeObject>(apiVersion: string, kind: string, plural = pluralOf(kind)): ResourceRef<T> {
  return { ...parseGroupVersion(apiVersion), resource: plural, kind, namespaced: false };
}

/** The rule that all built-in plurals but one follow (meta.UnsafeGuessKindToResource). */
function pluralOf(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular.endsWith('s')) return `${singular}es`;
  return singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}
