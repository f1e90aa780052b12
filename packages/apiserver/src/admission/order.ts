import { alwaysAdmit, alwaysDeny } from './plugins/always';
import { alwaysPullImages } from './plugins/always-pull-images';
import { defaultIngressClass } from './plugins/default-ingress-class';
import { defaultStorageClass } from './plugins/default-storage-class';
import { defaultTolerationSeconds } from './plugins/default-toleration-seconds';
import { denyServiceExternalIps } from './plugins/deny-service-external-ips';
import { prepareEventRateLimit } from './plugins/event-rate-limit';
import { extendedResourceToleration } from './plugins/extended-resource-toleration';
import { prepareImagePolicyWebhook } from './plugins/image-policy-webhook';
import { limitPodHardAntiAffinityTopology } from './plugins/limit-pod-hard-anti-affinity-topology';
import { limitRanger } from './plugins/limit-ranger';
import { namespaceAutoProvision, namespaceExists } from './plugins/namespace-exists';
import { namespaceLifecycle } from './plugins/namespace-lifecycle';
import { nodeRestriction } from './plugins/node-restriction';
import { ownerReferencesPermissionEnforcement } from './plugins/owner-references-permission-enforcement';
import { persistentVolumeClaimResize } from './plugins/persistent-volume-claim-resize';
import { preparePodNodeSelector } from './plugins/pod-node-selector';
import { preparePodTolerationRestriction } from './plugins/pod-toleration-restriction';
import { preparePodSecurity } from './plugins/pod-security';
import { podTopologyLabels } from './plugins/pod-topology-labels';
import { priority } from './plugins/priority';
import { prepareResourceQuota } from './plugins/resource-quota';
import { runtimeClass } from './plugins/runtime-class';
import { serviceAccount } from './plugins/service-account';
import { certificateApproval, certificateSigning, certificateSubjectRestriction, clusterTrustBundleAttest } from './plugins/signers';
import { storageObjectInUseProtection } from './plugins/storage-object-in-use-protection';
import { taintNodesByCondition } from './plugins/taint-nodes-by-condition';
import { mutatingAdmissionPolicy } from './policy/mutating';
import { validatingAdmissionPolicy } from './policy/validating';
import { mutatingAdmissionWebhook } from './webhooks/mutating';
import { validatingAdmissionWebhook } from './webhooks/validating';
import { plain, type PluginDescriptor } from './plugin-descriptor';

type Prepare = NonNullable<PluginDescriptor['prepare']>;

/** On unless switched off. */
const on = (name: string, prepare?: Prepare): PluginDescriptor => ({ name, isDefault: true, ...(prepare && { prepare }) });
/** Off unless asked for. */
const off = (name: string, prepare?: Prepare): PluginDescriptor => ({ name, isDefault: false, ...(prepare && { prepare }) });

/**
 * All plugins in the order in which they run, which is upstream's: what fills in goes before what judges it, and quotas come last, so that
 * nothing is counted that another plugin refuses. Those without a function are not there yet: asking for them is refused.
 */
export const orderedPlugins: readonly PluginDescriptor[] = [
  off('AlwaysAdmit', plain(alwaysAdmit)),
  off('NamespaceAutoProvision', plain(namespaceAutoProvision)),
  on('NamespaceLifecycle', plain(namespaceLifecycle)),
  off('NamespaceExists', plain(namespaceExists)),
  off('LimitPodHardAntiAffinityTopology', plain(limitPodHardAntiAffinityTopology)),
  on('LimitRanger', plain(limitRanger)),
  on('ServiceAccount', plain(serviceAccount)),
  off('NodeRestriction', plain(nodeRestriction)),
  on('TaintNodesByCondition', plain(taintNodesByCondition)),
  off('AlwaysPullImages', plain(alwaysPullImages)),
  off('ImagePolicyWebhook', prepareImagePolicyWebhook),
  on('PodSecurity', preparePodSecurity),
  off('PodNodeSelector', preparePodNodeSelector),
  on('Priority', plain(priority)),
  on('DefaultTolerationSeconds', ({ flags }) => () => defaultTolerationSeconds(flags)),
  off('PodTolerationRestriction', preparePodTolerationRestriction),
  off('EventRateLimit', prepareEventRateLimit),
  off('ExtendedResourceToleration', plain(extendedResourceToleration)),
  on('DefaultStorageClass', plain(defaultStorageClass)),
  on('StorageObjectInUseProtection', plain(storageObjectInUseProtection)),
  off('OwnerReferencesPermissionEnforcement', plain(ownerReferencesPermissionEnforcement)),
  on('PersistentVolumeClaimResize', plain(persistentVolumeClaimResize)),
  on('RuntimeClass', plain(runtimeClass)),
  on('CertificateApproval', plain(certificateApproval)),
  on('CertificateSigning', plain(certificateSigning)),
  on('ClusterTrustBundleAttest', plain(clusterTrustBundleAttest)),
  on('CertificateSubjectRestriction', plain(certificateSubjectRestriction)),
  on('DefaultIngressClass', plain(defaultIngressClass)),
  off('DenyServiceExternalIPs', plain(denyServiceExternalIps)),
  on('PodTopologyLabels', plain(podTopologyLabels)),
  on('PodGroupWorkloadExists'),
  on('NodeDeclaredFeatureValidator'),
  on('MutatingAdmissionPolicy', plain(mutatingAdmissionPolicy)),
  on('MutatingAdmissionWebhook', plain(mutatingAdmissionWebhook)),
  on('ValidatingAdmissionPolicy', plain(validatingAdmissionPolicy)),
  on('ValidatingAdmissionWebhook', plain(validatingAdmissionWebhook)),
  on('ResourceQuota', prepareResourceQuota),
  off('AlwaysDeny', plain(alwaysDeny)),
];

export const pluginNames: readonly string[] = orderedPlugins.map(({ name }) => name);
