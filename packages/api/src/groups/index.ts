import type { ResourceDefinition } from '../registry/resource-definition';
import { mutatingAdmissionPolicyBindings } from './admissionregistration/mutating-admission-policy-binding/definition';
import { mutatingAdmissionPolicies } from './admissionregistration/mutating-admission-policy/definition';
import { mutatingWebhookConfigurations } from './admissionregistration/mutating-webhook-configuration/definition';
import { validatingAdmissionPolicyBindings } from './admissionregistration/validating-admission-policy-binding/definition';
import { validatingAdmissionPolicies } from './admissionregistration/validating-admission-policy/definition';
import { validatingWebhookConfigurations } from './admissionregistration/validating-webhook-configuration/definition';
import { customResourceDefinitions } from './apiextensions/custom-resource-definition/definition';
import { apiServices } from './apiregistration/api-service/definition';
import { controllerRevisions } from './apps/controller-revision/definition';
import { daemonSets } from './apps/daemon-set/definition';
import { deployments } from './apps/deployment/definition';
import { replicaSets } from './apps/replica-set/definition';
import { statefulSets } from './apps/stateful-set/definition';
import { selfSubjectReviews } from './authentication/self-subject-review/definition';
import { tokenReviews } from './authentication/token-review/definition';
import { localSubjectAccessReviews } from './authorization/local-subject-access-review/definition';
import { selfSubjectAccessReviews } from './authorization/self-subject-access-review/definition';
import { selfSubjectRulesReviews } from './authorization/self-subject-rules-review/definition';
import { subjectAccessReviews } from './authorization/subject-access-review/definition';
import { horizontalPodAutoscalers } from './autoscaling/horizontal-pod-autoscaler/definition';
import { cronJobs } from './batch/cron-job/definition';
import { jobs } from './batch/job/definition';
import { certificateSigningRequests } from './certificates/certificate-signing-request/definition';
import { clusterTrustBundles } from './certificates/cluster-trust-bundle/definition';
import { podCertificateRequests } from './certificates/pod-certificate-request/definition';
import { leaseCandidates } from './coordination/lease-candidate/definition';
import { leases } from './coordination/lease/definition';
import { bindings } from './core/binding/definition';
import { componentStatuses } from './core/component-status/definition';
import { configMaps } from './core/config-map/definition';
import { endpoints } from './core/endpoints/definition';
import { events } from './core/event/definition';
import { limitRanges } from './core/limit-range/definition';
import { namespaces } from './core/namespace/definition';
import { nodes } from './core/node/definition';
import { persistentVolumeClaims } from './core/persistent-volume-claim/definition';
import { persistentVolumes } from './core/persistent-volume/definition';
import { podTemplates } from './core/pod-template/definition';
import { pods } from './core/pod/definition';
import { replicationControllers } from './core/replication-controller/definition';
import { resourceQuotas } from './core/resource-quota/definition';
import { secrets } from './core/secret/definition';
import { serviceAccounts } from './core/service-account/definition';
import { services } from './core/service/definition';
import { endpointSlices } from './discovery/endpoint-slice/definition';
import { groupEvents } from './events/event/definition';
import { flowSchemas } from './flowcontrol/flow-schema/definition';
import { priorityLevelConfigurations } from './flowcontrol/priority-level-configuration/definition';
import { storageVersions } from './internal-apiserver/storage-version/definition';
import { ingressClasses } from './networking/ingress-class/definition';
import { ingresses } from './networking/ingress/definition';
import { ipAddresses } from './networking/ip-address/definition';
import { networkPolicies } from './networking/network-policy/definition';
import { serviceCidrs } from './networking/service-cidr/definition';
import { runtimeClasses } from './node/runtime-class/definition';
import { podDisruptionBudgets } from './policy/pod-disruption-budget/definition';
import { clusterRoleBindings } from './rbac/cluster-role-binding/definition';
import { clusterRoles } from './rbac/cluster-role/definition';
import { roleBindings } from './rbac/role-binding/definition';
import { roles } from './rbac/role/definition';
import { deviceClasses } from './resource/device-class/definition';
import { deviceTaintRules } from './resource/device-taint-rule/definition';
import { resourceClaimTemplates } from './resource/resource-claim-template/definition';
import { resourceClaims } from './resource/resource-claim/definition';
import { resourcePoolStatusRequests } from './resource/resource-pool-status-request/definition';
import { resourceSlices } from './resource/resource-slice/definition';
import { podGroups } from './scheduling/pod-group/definition';
import { priorityClasses } from './scheduling/priority-class/definition';
import { workloads } from './scheduling/workload/definition';
import { csiDrivers } from './storage/csi-driver/definition';
import { csiNodes } from './storage/csi-node/definition';
import { csiStorageCapacities } from './storage/csi-storage-capacity/definition';
import { storageClasses } from './storage/storage-class/definition';
import { volumeAttachments } from './storage/volume-attachment/definition';
import { volumeAttributesClasses } from './storage/volume-attributes-class/definition';
import { storageVersionMigrations } from './storagemigration/storage-version-migration/definition';

/** Every kind of Kubernetes v1.36, groups in order of discovery. A kind that stands here is served, printed and authorized. */
export const builtInDefinitions: readonly ResourceDefinition[] = [
  bindings,
  componentStatuses,
  configMaps,
  endpoints,
  events,
  limitRanges,
  namespaces,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  podTemplates,
  replicationControllers,
  resourceQuotas,
  secrets,
  serviceAccounts,
  services,
  apiServices,
  controllerRevisions,
  daemonSets,
  deployments,
  replicaSets,
  statefulSets,
  groupEvents,
  selfSubjectReviews,
  tokenReviews,
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
  horizontalPodAutoscalers,
  cronJobs,
  jobs,
  certificateSigningRequests,
  clusterTrustBundles,
  podCertificateRequests,
  ingressClasses,
  ingresses,
  ipAddresses,
  networkPolicies,
  serviceCidrs,
  podDisruptionBudgets,
  clusterRoleBindings,
  clusterRoles,
  roleBindings,
  roles,
  csiDrivers,
  csiNodes,
  csiStorageCapacities,
  storageClasses,
  volumeAttachments,
  volumeAttributesClasses,
  mutatingAdmissionPolicies,
  mutatingAdmissionPolicyBindings,
  mutatingWebhookConfigurations,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
  validatingWebhookConfigurations,
  customResourceDefinitions,
  podGroups,
  priorityClasses,
  workloads,
  leaseCandidates,
  leases,
  runtimeClasses,
  endpointSlices,
  flowSchemas,
  priorityLevelConfigurations,
  storageVersions,
  deviceClasses,
  deviceTaintRules,
  resourceClaims,
  resourceClaimTemplates,
  resourcePoolStatusRequests,
  resourceSlices,
  storageVersionMigrations,
];
