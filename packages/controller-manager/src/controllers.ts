import { admissionPolicyStatusController } from './admission-policy-status/controller';
import { approvingController } from './certificates/approving-controller';
import { cleanerController } from './certificates/cleaner-controller';
import { signingController } from './certificates/signing-controller';
import { tokenCleanerController } from './bootstrap-token/cleaner-controller';
import { bootstrapSignerController } from './bootstrap-token/signer-controller';
import { clusterRoleAggregationController } from './clusterrole-aggregation/controller';
import type { ManagerOptions } from './config/flags';
import { daemonSetController } from './daemonset/controller';
import { cronJobController } from './cronjob/controller';
import { deploymentController } from './deployment/controller';
import { disruptionController } from './disruption/controller';
import { endpointSliceController } from './endpointslice/controller';
import { endpointSliceMirroringController } from './endpointslice-mirroring/controller';
import { endpointsController } from './endpoints/controller';
import { ephemeralVolumeController } from './ephemeral-volume/controller';
import { garbageCollector } from './garbage-collector/controller';
import { jobController } from './job/controller';
import { legacyTokenCleaner } from './legacy-token-cleaner/controller';
import { missingController } from './missing-controller/controller';
import { namespaceController } from './namespace/controller';
import { nodeLifecycleController } from './node-lifecycle/controller';
import { nodeTtlController } from './node-ttl/controller';
import { persistentVolumeBinder } from './persistent-volume/controller';
import { podGarbageCollector } from './pod-gc/controller';
import { replicaSetController } from './replicaset/controller';
import { replicationController } from './replication/controller';
import { resourceQuotaController } from './resource-quota/controller';
import { rootCaController } from './root-ca/controller';
import { serviceAccountController } from './serviceaccount/controller';
import { serviceAccountTokenController } from './serviceaccount-token/controller';
import type { ControllerDeps, Runnable } from './shared/controller-deps';
import { statefulSetController } from './statefulset/controller';
import { taintEvictionController } from './taint-eviction/controller';
import { ttlAfterFinishedController } from './ttl-after-finished/controller';
import { claimProtectionController } from './volume-protection/claim-controller';
import { volumeProtectionController } from './volume-protection/volume-controller';

/** A controller as `--controllers` names it. */
export interface ControllerDescriptor {
  readonly name: string;
  /** The name that it had before v1.28. */
  readonly alias: string;
  /** The service account in kube-system that it acts as with --use-service-account-credentials; absent: as the controller manager itself. */
  readonly account?: string;
  /** Who its events are from. */
  readonly eventSource: string;
  /** Only its own name in `--controllers` starts it, not `*`. */
  readonly isOffByDefault?: true;
  /** Undefined where flags leave it nothing to do. */
  readonly create: (deps: ControllerDeps, options: ManagerOptions) => Runnable | undefined;
}

/** All controllers that there are, in the order in which they start. Order does not matter to any: they meet in the API only. */
export const controllers: readonly ControllerDescriptor[] = [
  {
    name: 'endpoints-controller',
    alias: 'endpoint',
    account: 'endpoint-controller',
    eventSource: 'endpoint-controller',
    create: (deps, { network }) => endpointsController(deps, network.concurrentEndpointSyncs),
  },
  {
    name: 'endpointslice-controller',
    alias: 'endpointslice',
    account: 'endpointslice-controller',
    eventSource: 'endpoint-slice-controller',
    create: (deps, { network }) => {
      const { concurrentServiceEndpointSyncs: workers, maxEndpointsPerSlice: maxPerSlice } = network;
      return endpointSliceController(deps, { workers, maxPerSlice });
    },
  },
  {
    name: 'endpointslice-mirroring-controller',
    alias: 'endpointslicemirroring',
    account: 'endpointslicemirroring-controller',
    eventSource: 'endpoint-slice-mirroring-controller',
    create: (deps, { network }) => {
      const { mirroringConcurrentServiceEndpointSyncs: workers, mirroringMaxEndpointsPerSubset: maxPerSubset } = network;
      return endpointSliceMirroringController(deps, { workers, maxPerSubset });
    },
  },
  {
    name: 'replicationcontroller-controller',
    alias: 'replicationcontroller',
    account: 'replication-controller',
    eventSource: 'replication-controller',
    create: (deps, { workloads }) => replicationController(deps, workloads.concurrentRcSyncs),
  },
  {
    name: 'pod-garbage-collector-controller',
    alias: 'podgc',
    account: 'pod-garbage-collector',
    eventSource: 'pod-garbage-collector-controller',
    create: (deps, { workloads }) => podGarbageCollector(deps, workloads.terminatedPodGcThreshold),
  },
  {
    name: 'resourcequota-controller',
    alias: 'resourcequota',
    account: 'resourcequota-controller',
    eventSource: 'resourcequota-controller',
    create: (deps, { cluster }) => {
      const { concurrentResourceQuotaSyncs: workers, resourceQuotaSyncPeriod: syncPeriodMilliseconds } = cluster;
      return resourceQuotaController(deps, { workers, syncPeriodMilliseconds });
    },
  },
  {
    name: 'namespace-controller',
    alias: 'namespace',
    account: 'namespace-controller',
    eventSource: 'namespace-controller',
    create: (deps, { cluster }) => namespaceController(deps, cluster.concurrentNamespaceSyncs),
  },
  {
    name: 'serviceaccount-controller',
    alias: 'serviceaccount',
    account: 'service-account-controller',
    eventSource: 'serviceaccount-controller',
    create: (deps) => serviceAccountController(deps),
  },
  {
    name: 'serviceaccount-token-controller',
    alias: 'serviceaccount-token',
    eventSource: 'serviceaccount-token-controller',
    create: (deps, { cluster: { serviceAccountPrivateKeyFile: privateKeyFile, rootCaFile } }) => {
      return serviceAccountTokenController(deps, { privateKeyFile, rootCaFile });
    },
  },
  {
    name: 'garbage-collector-controller',
    alias: 'garbagecollector',
    account: 'generic-garbage-collector',
    eventSource: 'garbage-collector-controller',
    create: (deps, { cluster }) => {
      return cluster.enableGarbageCollector ? garbageCollector(deps, cluster.concurrentGcSyncs) : undefined;
    },
  },
  {
    name: 'deployment-controller',
    alias: 'deployment',
    account: 'deployment-controller',
    eventSource: 'deployment-controller',
    create: (deps, { workloads }) => deploymentController(deps, workloads.concurrentDeploymentSyncs),
  },
  {
    name: 'replicaset-controller',
    alias: 'replicaset',
    account: 'replicaset-controller',
    eventSource: 'replicaset-controller',
    create: (deps, { workloads }) => replicaSetController(deps, workloads.concurrentReplicasetSyncs),
  },
  {
    name: 'daemonset-controller',
    alias: 'daemonset',
    account: 'daemon-set-controller',
    eventSource: 'daemonset-controller',
    create: (deps, { workloads }) => daemonSetController(deps, workloads.concurrentDaemonsetSyncs),
  },
  {
    name: 'statefulset-controller',
    alias: 'statefulset',
    account: 'statefulset-controller',
    eventSource: 'statefulset-controller',
    create: (deps, { workloads }) => statefulSetController(deps, workloads.concurrentStatefulsetSyncs),
  },
  {
    name: 'job-controller',
    alias: 'job',
    account: 'job-controller',
    eventSource: 'job-controller',
    create: (deps, { workloads }) => jobController(deps, workloads.concurrentJobSyncs),
  },
  {
    name: 'cronjob-controller',
    alias: 'cronjob',
    account: 'cronjob-controller',
    eventSource: 'cronjob-controller',
    create: (deps, { workloads }) => cronJobController(deps, workloads.concurrentCronJobSyncs),
  },
  {
    name: 'ttl-after-finished-controller',
    alias: 'ttl-after-finished',
    account: 'ttl-after-finished-controller',
    eventSource: 'ttl-after-finished-controller',
    create: (deps, { workloads }) => ttlAfterFinishedController(deps, workloads.concurrentTtlAfterFinishedSyncs),
  },
  {
    name: 'disruption-controller',
    alias: 'disruption',
    account: 'disruption-controller',
    eventSource: 'controllermanager',
    create: (deps) => disruptionController(deps),
  },
  {
    name: 'certificatesigningrequest-signing-controller',
    alias: 'csrsigning',
    account: 'certificate-controller',
    eventSource: 'csrsigning',
    create: (deps, { certificates }) => signingController(deps, certificates),
  },
  {
    name: 'certificatesigningrequest-approving-controller',
    alias: 'csrapproving',
    account: 'certificate-controller',
    eventSource: 'csrapproving',
    create: (deps) => approvingController(deps),
  },
  {
    name: 'certificatesigningrequest-cleaner-controller',
    alias: 'csrcleaner',
    account: 'certificate-controller',
    eventSource: 'csrcleaner',
    create: (deps) => cleanerController(deps),
  },
  {
    name: 'node-lifecycle-controller',
    alias: 'nodelifecycle',
    account: 'node-controller',
    eventSource: 'node-controller',
    create: (deps, { cluster }) => nodeLifecycleController(deps, cluster),
  },
  {
    name: 'ttl-controller',
    alias: 'ttl',
    account: 'ttl-controller',
    eventSource: 'ttl-controller',
    create: (deps) => nodeTtlController(deps),
  },
  {
    name: 'bootstrap-signer-controller',
    alias: 'bootstrapsigner',
    account: 'bootstrap-signer',
    eventSource: 'bootstrap-signer-controller',
    isOffByDefault: true,
    create: (deps) => bootstrapSignerController(deps),
  },
  {
    name: 'token-cleaner-controller',
    alias: 'tokencleaner',
    account: 'token-cleaner',
    eventSource: 'token-cleaner-controller',
    isOffByDefault: true,
    create: (deps) => tokenCleanerController(deps),
  },
  {
    name: 'taint-eviction-controller',
    alias: 'taint-eviction',
    account: 'node-controller',
    eventSource: 'taint-eviction-controller',
    create: (deps) => taintEvictionController(deps),
  },
  {
    name: 'persistentvolume-binder-controller',
    alias: 'persistentvolume-binder',
    account: 'persistent-volume-binder',
    eventSource: 'persistentvolume-controller',
    create: (deps) => persistentVolumeBinder(deps),
  },
  {
    name: 'ephemeral-volume-controller',
    alias: 'ephemeral-volume',
    account: 'ephemeral-volume-controller',
    eventSource: 'ephemeral_volume',
    create: (deps, { workloads }) => ephemeralVolumeController(deps, workloads.concurrentEphemeralvolumeSyncs),
  },
  {
    name: 'persistentvolumeclaim-protection-controller',
    alias: 'pvc-protection',
    account: 'pvc-protection-controller',
    eventSource: 'pvc-protection-controller',
    create: (deps) => claimProtectionController(deps),
  },
  {
    name: 'persistentvolume-protection-controller',
    alias: 'pv-protection',
    account: 'pv-protection-controller',
    eventSource: 'pv-protection-controller',
    create: (deps) => volumeProtectionController(deps),
  },
  {
    name: 'root-ca-certificate-publisher-controller',
    alias: 'root-ca-cert-publisher',
    account: 'root-ca-cert-publisher',
    eventSource: 'root-ca-cert-publisher',
    create: (deps, { cluster }) => rootCaController(deps, cluster.rootCaFile),
  },
  {
    name: 'clusterrole-aggregation-controller',
    alias: 'clusterrole-aggregation',
    account: 'clusterrole-aggregation-controller',
    eventSource: 'clusterrole-aggregation-controller',
    create: (deps) => clusterRoleAggregationController(deps, 5),
  },
  {
    name: 'validatingadmissionpolicy-status-controller',
    alias: 'validatingadmissionpolicy-status',
    account: 'validatingadmissionpolicy-status-controller',
    eventSource: 'validatingadmissionpolicy-status-controller',
    create: (deps) => admissionPolicyStatusController(deps, 5),
  },
  {
    name: 'legacy-serviceaccount-token-cleaner-controller',
    alias: 'legacy-service-account-token-cleaner',
    account: 'legacy-service-account-token-cleaner',
    eventSource: 'legacy-serviceaccount-token-cleaner-controller',
    create: (deps, { cluster }) => legacyTokenCleaner(deps, cluster.legacyServiceAccountTokenCleanUpPeriod),
  },
  {
    name: 'missing-controller',
    alias: 'missing',
    eventSource: 'controller-manager',
    create: (deps) => missingController(deps),
  },
];

/**
 * Those that `--controllers` asks for: `*` means all that are on by default, `-name` leaves one out, and what names a controller
 * itself goes before `*`. Names from before v1.28 count too.
 *
 * @throws with upstream's text where a name is of none.
 */
export function selectControllers(asked: readonly string[]): ControllerDescriptor[] {
  for (const name of asked) {
    const bare = name.replace(/^-/, '');
    if (bare !== '*' && !controllers.some((controller) => isNamed(controller, bare))) {
      throw new Error(`"${bare}" is not in the list of known controllers`);
    }
  }
  return controllers.filter((controller) => isEnabled(controller, asked));
}

function isEnabled(controller: ControllerDescriptor, asked: readonly string[]): boolean {
  for (const name of asked) {
    if (isNamed(controller, name)) return true;
    if (name.startsWith('-') && isNamed(controller, name.slice(1))) return false;
  }
  return asked.includes('*') && !controller.isOffByDefault;
}

function isNamed({ name, alias }: ControllerDescriptor, asked: string): boolean {
  return asked === name || asked === alias;
}
