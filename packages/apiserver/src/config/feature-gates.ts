import { FeatureGates, featureGatesFlag, type FeatureSpec, type FeatureStage, type Flag, section } from '@typekube/component-base';

/** The gates that kube-apiserver v1.36 knows, by their stage and default. This server has none of these switches: it is as with the defaults. */
const ALPHA_OFF = `
  AllowUnsafeMalformedObjectDeletion APIServingWithRoutine CBORServingAndStorage ClientsAllowCBOR ClientsPreferCBOR
  CloudControllerManagerWatchBasedRoutesReconciliation CloudControllerManagerWebhook ComponentFlagz ComponentStatusz ContainerStopSignals
  CPUManagerPolicyAlphaOptions CrossNamespaceVolumeDataSource CSIVolumeHealth CustomCPUCFSQuotaPeriod DRAConsumableCapacity
  DRADeviceBindingConditions DRADeviceTaintRules DRADeviceTaints DRAExtendedResource DRAPartitionableDevices EnableWorkloadWithJob EventedPLEG
  GangScheduling GenericWorkload HPAExternalMetricFallback HPAScaleToZero ImageVolumeWithDigest InPlacePodLevelResourcesVerticalScaling
  InPlacePodVerticalScalingExclusiveCPUs InPlacePodVerticalScalingExclusiveMemory KubeletInUserNamespace MemoryQoS MutablePVNodeAffinity
  MutableSchedulingDirectivesForSuspendedJobs NodeDeclaredFeatures PodAndContainerStatsFromCRI PodLogsQuerySplitStreams QOSReserved
  ReduceDefaultCrashLoopBackOffDecay RestartAllContainersOnContainerExits RuntimeClassInImageCriApi StorageCapacityScoring StorageVersionAPI
  StrictIPCIDRValidation TaintTolerationComparisonOperators TopologyManagerPolicyAlphaOptions UserNamespacesHostNetworkSupport
  VolumeLimitScaling WindowsCPUAndMemoryAffinity WorkloadWithJob`;
const BETA_OFF = `
  ClusterTrustBundle ClusterTrustBundleProjection ConcurrentWatchObjectDecode CoordinatedLeaderElection CRDObservedGenerationTracking
  LocalStorageCapacityIsolationFSQuotaMonitoring MutatingAdmissionPolicy NodeLogQuery PodCertificateRequest SchedulerAsyncAPICalls
  SELinuxMount StorageVersionMigrator`;
const BETA_ON = `
  AllowParsingUserUIDFromCertAuth APIResponseCompression APIServerIdentity AtomicFIFO AuthorizePodWebsocketUpgradeCreatePermission
  ClearingNominatedNodeNameAfterBinding ConstrainedImpersonation ContainerCheckpoint ContainerRestartRules ContextualLogging
  CPUManagerPolicyBetaOptions DeclarativeValidation DeclarativeValidationBeta DeploymentReplicaSetTerminatingReplicas DetectCacheInconsistency
  DisableCPUQuotaWithExclusiveCPUs DRAAdminAccess DRAResourceClaimDeviceStatus DRAResourceClaimGranularStatusAuthorization
  DRASchedulerFilterTimeout EnvFiles ExternalServiceAccountTokenSigner GracefulNodeShutdown GracefulNodeShutdownBasedOnPodPriority
  HostnameOverride HPAConfigurableTolerance ImageVolume InformerResourceVersion InOrderInformers InOrderInformersBatchProcess
  KubeletCrashLoopBackOffMax KubeletEnsureSecretPulledImages KubeletPodResourcesDynamicResources KubeletPodResourcesGet KubeletPSI
  KubeletSeparateDiskGC KubeletServiceAccountTokenForCredentialProviders ListFromCacheSnapshot MatchLabelKeysInPodTopologySpread
  MatchLabelKeysInPodTopologySpreadSelectorMerge MaxUnavailableStatefulSet MutableCSINodeAllocatableCount MutablePodResourcesForSuspendedJobs
  NominatedNodeNameForExpectation OpenAPIEnums OpportunisticBatching PodDeletionCost PodLevelResources PodReadyToStartContainersCondition
  PodTopologyLabelsAdmission PortForwardWebsockets PreventStaticPodAPIReferences ProcMountType RelaxedServiceNameValidation
  ReloadKubeletServerCertificateFile RemoteRequestHeaderUID ResourceHealthStatus ResourceHealthStatusMessage RotateKubeletServerCertificate
  SchedulerAsyncPreemption SchedulerPopFromBackoffQ SELinuxChangePolicy SELinuxMountReadWriteOncePod ServiceAccountNodeAudienceRestriction
  SizeBasedListCostEstimate StatefulSetSemanticRevisionComparison StorageVersionHash StructuredAuthenticationConfigurationEgressSelector
  StructuredAuthenticationConfigurationJWKSMetrics TokenRequestServiceAccountUIDValidation TopologyManagerPolicyBetaOptions
  TranslateStreamCloseWebsocketRequests UnauthenticatedHTTP2DOSMitigation UnknownVersionInteroperabilityProxy UnlockWhileProcessingFIFO
  UserNamespacesSupport WatchCacheInitializationPostStartHook WatchList WatchListClient WindowsGracefulNodeShutdown`;
const GA_ON = 'DRAPrioritizedList';
const GA_LOCKED = `
  AnonymousAuthConfigurableEndpoints AnyVolumeDataSource APIServerTracing AuthorizeNodeWithSelectors AuthorizeWithSelectors BtreeWatchCache
  ConsistentListFromCache CPUManagerPolicyOptions CRDValidationRatcheting CSIServiceAccountTokenSecrets CustomResourceFieldSelectors
  DisableAllocatorDualWrite DynamicResourceAllocation ExecProbeTimeout HonorPVReclaimPolicy ImageMaximumGCAge InPlacePodVerticalScaling
  JobBackoffLimitPerIndex JobManagedBy JobPodReplacementPolicy JobSuccessPolicy KubeletCgroupDriverFromCRI KubeletFineGrainedAuthz
  KubeletTracing LogarithmicScaleDown MatchLabelKeysInPodAffinity MultiCIDRServiceAllocator NFTablesProxyMode
  NodeInclusionPolicyInPodTopologySpread NodeSwap OrderedNamespaceDeletion PodLifecycleSleepAction PodLifecycleSleepActionAllowZero
  PodObservedGenerationTracking PodSchedulingReadiness PreferSameTrafficDistribution RecoverVolumeExpansionFailure RecursiveReadOnlyMounts
  RelaxedDNSSearchValidation RelaxedEnvironmentVariableValidation ResilientWatchCacheInitialization RetryGenerateName SchedulerQueueingHints
  SeparateTaintEvictionController ServiceAccountTokenJTI ServiceAccountTokenNodeBinding ServiceAccountTokenNodeBindingValidation
  ServiceAccountTokenPodNodeInfo SidecarContainers StreamingCollectionEncodingToJSON StreamingCollectionEncodingToProtobuf
  StructuredAuthenticationConfiguration SupplementalGroupsPolicy SystemdWatchdog TopologyManagerPolicyOptions VolumeAttributesClass WinDSR
  WinOverlay`;
const DEPRECATED_OFF = `
  AllowDNSOnlyNodeCSR AllowInsecureKubeletCertificateSigningRequests ChangeContainerStatusOnKubeletRestart DeclarativeValidationTakeover
  GitRepoVolumeDriver InPlacePodVerticalScalingAllocatedStatus KMSv1 KubeletRegistrationGetOnExistsOnly SeparateCacheWatchRPC WindowsHostNetwork`;
const DEPRECATED_ON = 'AllowServiceExternalIPs DisableNodeKubeProxyVersion KubeletPodResourcesListUseActivePods StorageNamespaceIndex';

function group(names: string, stage: FeatureStage, enabled: boolean, lockToDefault = false): Record<string, FeatureSpec> {
  return Object.fromEntries(names.trim().split(/\s+/).map((name) => [name, { stage, default: enabled, lockToDefault }]));
}

const KNOWN = new FeatureGates<string>({
  ...group(ALPHA_OFF, 'ALPHA', false),
  ...group(BETA_OFF, 'BETA', false),
  ...group(BETA_ON, 'BETA', true),
  ...group(GA_ON, 'GA', true),
  ...group(GA_LOCKED, 'GA', true, true),
  ...group(DEPRECATED_OFF, 'DEPRECATED', false),
  ...group(DEPRECATED_ON, 'DEPRECATED', true),
  ...group('AggregatedDiscoveryRemoveBetaType', 'DEPRECATED', true, true),
  ...group('AllowOverwriteTerminationGracePeriodSeconds', 'DEPRECATED', false, true),
});

/** `--feature-gates`: gates may be said to be of the component `kube`, the only one here. */
function kubeGatesFlag(): Flag<FeatureGates> {
  const flag = featureGatesFlag(KNOWN);
  return { ...flag, parse: (text, previous) => flag.parse(text.replaceAll(/(^|,)\s*kube:/g, '$1'), previous) };
}

export const features = section('Feature gates', { featureGates: kubeGatesFlag() });

/** What is to be said of gates that somebody has set to other than their defaults. */
export function featureGateWarnings(gates: FeatureGates): string[] {
  const usual = new Map(KNOWN.list().map(({ name, enabled }) => [name, enabled]));
  const changed = gates.list().flatMap(({ name, enabled }) => (usual.get(name) === enabled ? [] : [`${name}=${enabled}`]));
  return changed.length ? [`--feature-gates: ${changed.join(',')} without effect: this server has no such switch, it is as with the defaults`] : [];
}
