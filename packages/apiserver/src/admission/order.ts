import { defaultTolerationSeconds } from './plugins/default-toleration-seconds';
import { limitRanger } from './plugins/limit-ranger';
import { namespaceLifecycle } from './plugins/namespace-lifecycle';
import { priority } from './plugins/priority';
import { prepareResourceQuota } from './plugins/resource-quota';
import { serviceAccount } from './plugins/service-account';
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
  off('AlwaysAdmit'),
  off('NamespaceAutoProvision'),
  on('NamespaceLifecycle', plain(namespaceLifecycle)),
  off('NamespaceExists'),
  off('LimitPodHardAntiAffinityTopology'),
  on('LimitRanger', plain(limitRanger)),
  on('ServiceAccount', plain(serviceAccount)),
  off('NodeRestriction'),
  on('TaintNodesByCondition'),
  off('AlwaysPullImages'),
  off('ImagePolicyWebhook'),
  on('PodSecurity'),
  off('PodNodeSelector'),
  on('Priority', plain(priority)),
  on('DefaultTolerationSeconds', ({ flags }) => () => defaultTolerationSeconds(flags)),
  off('PodTolerationRestriction'),
  off('EventRateLimit'),
  off('ExtendedResourceToleration'),
  on('DefaultStorageClass'),
  on('StorageObjectInUseProtection'),
  off('OwnerReferencesPermissionEnforcement'),
  on('PersistentVolumeClaimResize'),
  on('RuntimeClass'),
  on('CertificateApproval'),
  on('CertificateSigning'),
  on('ClusterTrustBundleAttest'),
  on('CertificateSubjectRestriction'),
  on('DefaultIngressClass'),
  off('DenyServiceExternalIPs'),
  on('PodTopologyLabels'),
  on('PodGroupWorkloadExists'),
  on('NodeDeclaredFeatureValidator'),
  on('MutatingAdmissionPolicy'),
  on('MutatingAdmissionWebhook'),
  on('ValidatingAdmissionPolicy'),
  on('ValidatingAdmissionWebhook'),
  on('ResourceQuota', prepareResourceQuota),
  off('AlwaysDeny'),
];

export const pluginNames: readonly string[] = orderedPlugins.map(({ name }) => name);
