import { FeatureGates, featureGatesFlag, type FeatureSpec, type FeatureStage, type Flag, section } from '@typekube/component-base';

/**
 * The gates that v1.36 knows, by their stage and default (those of the first two stages as `--help` lists them). This server has none of these switches:
 * it is as with the defaults.
 */
const ALPHA_OFF = `
  AllowUnsafeMalformedObjectDeletion APIServingWithRoutine CBORServingAndStorage ClientsAllowCBOR ClientsPreferCBOR
  CloudControllerManagerWatchBasedRoutesReconciliation CloudControllerManagerWebhook ContainerStopSignals
  ControllerManagerReleaseLeaderElectionLockOnExit CPUManagerPolicyAlphaOptions CRIListStreaming CrossNamespaceVolumeDataSource
  CSIVolumeHealth DRAListTypeAttributes DRANodeAllocatableResources DRAResourcePoolStatus DRAWorkloadResourceClaims EventedPLEG
  GangScheduling GenericWorkload HPAScaleToZero ImageVolumeWithDigest InPlacePodVerticalScalingExclusiveCPUs
  InPlacePodVerticalScalingExclusiveMemory KubeletInUserNamespace LoggingAlphaOptions ManifestBasedAdmissionControlConfig MemoryQoS
  MutablePVNodeAffinity NativeHistograms PersistentVolumeClaimUnusedSinceTime PodAndContainerStatsFromCRI PodLevelResourceManagers
  PodLogsQuerySplitStreams PodsAPI QOSReserved ReduceDefaultCrashLoopBackOffDecay RuntimeClassInImageCriApi ShardedListAndWatch
  StorageCapacityScoring StorageVersionAPI TaintTolerationComparisonOperators TopologyAwareWorkloadScheduling
  TopologyManagerPolicyAlphaOptions UserNamespacesHostNetworkSupport VolumeLimitScaling WindowsCPUAndMemoryAffinity WorkloadAwarePreemption
  WorkloadWithJob`;
const BETA_OFF = `
  ClusterTrustBundle ClusterTrustBundleProjection ConcurrentWatchObjectDecode CoordinatedLeaderElection DRADeviceTaintRules
  LocalStorageCapacityIsolationFSQuotaMonitoring MaxUnavailableStatefulSet PodCertificateRequest SchedulerAsyncAPICalls SELinuxMount
  StorageVersionMigrator`;
const BETA_ON = `
  AllowParsingUserUIDFromCertAuth APIResponseCompression APIServerIdentity AtomicFIFO AuthorizePodWebsocketUpgradeCreatePermission
  ClearingNominatedNodeNameAfterBinding ClientsAllowCARotation ClientsAllowTLSCacheGC ComponentFlagz ComponentStatusz
  ConstrainedImpersonation ContainerCheckpoint ContainerRestartRules ContextualLogging CPUManagerPolicyBetaOptions
  CRDObservedGenerationTracking DeclarativeValidationBeta DeploymentReplicaSetTerminatingReplicas DetectCacheInconsistency
  DRAConsumableCapacity DRADeviceBindingConditions DRADeviceTaints DRAExtendedResource DRAPartitionableDevices DRAResourceClaimDeviceStatus
  DRAResourceClaimGranularStatusAuthorization DRASchedulerFilterTimeout EnvFiles ExtendWebSocketsToKubelet GracefulNodeShutdown
  GracefulNodeShutdownBasedOnPodPriority HostnameOverride HPAConfigurableTolerance InOrderInformersBatchProcess
  InPlacePodLevelResourcesVerticalScaling InPlacePodVerticalScalingInitContainers KubeletCrashLoopBackOffMax KubeletEnsureSecretPulledImages
  KubeletSeparateDiskGC KubeletServiceAccountTokenForCredentialProviders ListFromCacheSnapshot LoggingBetaOptions
  MatchLabelKeysInPodTopologySpread MatchLabelKeysInPodTopologySpreadSelectorMerge MutablePodResourcesForSuspendedJobs
  MutableSchedulingDirectivesForSuspendedJobs NodeDeclaredFeatures NominatedNodeNameForExpectation OpenAPIEnums OpportunisticBatching
  PLEGOnDemandRelist PodDeletionCost PodLevelResources PodReadyToStartContainersCondition PodTopologyLabelsAdmission PortForwardWebsockets
  PreventStaticPodAPIReferences RelaxedServiceNameValidation ReloadKubeletClientCAFile ReloadKubeletServerCertificateFile
  RemoteRequestHeaderUID ResourceHealthStatus ResourceHealthStatusMessage RestartAllContainersOnContainerExits
  RotateKubeletServerCertificate SchedulerAsyncPreemption SchedulerPopFromBackoffQ ServiceAccountNodeAudienceRestriction
  SizeBasedListCostEstimate StaleControllerConsistencyDaemonSet StaleControllerConsistencyJob StaleControllerConsistencyReplicaSet
  StaleControllerConsistencyStatefulSet StatefulSetSemanticRevisionComparison StorageVersionHash StrictIPCIDRValidation
  StructuredAuthenticationConfigurationEgressSelector StructuredAuthenticationConfigurationJWKSMetrics
  TokenRequestServiceAccountUIDValidation TopologyManagerPolicyBetaOptions TranslateStreamCloseWebsocketRequests
  UnauthenticatedHTTP2DOSMitigation UnknownVersionInteroperabilityProxy UnlockWhileProcessingFIFO WatchCacheInitializationPostStartHook
  WatchList WatchListClient WindowsGracefulNodeShutdown`;
const GA_ON = `
  CustomCPUCFSQuotaPeriod DeclarativeValidation DisableCPUQuotaWithExclusiveCPUs DRAAdminAccess DRAPrioritizedList
  ExternalServiceAccountTokenSigner ImageVolume InformerResourceVersion InOrderInformers KubeletPodResourcesDynamicResources
  KubeletPodResourcesGet KubeletPSI MutableCSINodeAllocatableCount MutatingAdmissionPolicy NodeLogQuery ProcMountType SELinuxChangePolicy
  SELinuxMountReadWriteOncePod UserNamespacesSupport`;
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

/** Those that switch something here: the pages of `zPages`. */
const SWITCHES: Readonly<Record<string, string>> = { ComponentStatusz: '/statusz', ComponentFlagz: '/flagz' };

/** The debugging pages that are on. */
export function zPagesOf(gates: FeatureGates): string[] {
  return Object.entries(SWITCHES).flatMap(([name, path]) => (gates.enabled(name) ? [path] : []));
}

/** What is to be said of gates that somebody has set to other than their defaults. */
export function featureGateWarnings(gates: FeatureGates): string[] {
  const usual = new Map(KNOWN.list().map(({ name, enabled }) => [name, enabled]));
  const changed = gates.list().flatMap(({ name, enabled }) => (usual.get(name) === enabled || Object.hasOwn(SWITCHES, name) ? [] : [`${name}=${enabled}`]));
  return changed.length ? [`--feature-gates: ${changed.join(',')} without effect: this server has no such switch, it is as with the defaults`] : [];
}
