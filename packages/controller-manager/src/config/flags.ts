import {
  booleanFlag,
  durationFlag,
  integerFlag,
  listFlag,
  loggingSection,
  optionalStringFlag,
  type Options,
  type Program,
  section,
  stringFlag,
} from '@typekube/component-base';
import { certificates } from './certificate-flags';
import { network } from './network-flags';
import { workers } from './workers-flag';

const generic = section('Generic', {
  kubeconfig: optionalStringFlag({
    help:
      'Path to kubeconfig file with authorization and master location information (the master location can be ' +
      'overridden by the master flag).',
  }),
  controllers: listFlag({
    default: ['*'],
    help:
      "A list of controllers to enable. '*' enables all on-by-default controllers, 'foo' enables the controller" +
      " named 'foo', '-foo' disables the controller named 'foo'.",
  }),
  useServiceAccountCredentials: booleanFlag({
    default: false,
    help: 'If true, use individual service account credentials for each controller.',
  }),
  kubeApiQps: integerFlag({
    default: 0,
    help: 'QPS to use while talking with kubernetes apiserver. 0 leaves it to the flow control of the server.',
  }),
  kubeApiBurst: integerFlag({
    default: 30,
    help: 'Burst to use while talking with kubernetes apiserver. Only with --kube-api-qps.',
  }),
});

const leaderElection = section('Leader election', {
  leaderElect: booleanFlag({
    default: true,
    help:
      'Start a leader election client and gain leadership before executing the main loop. Enable this when ' +
      'running replicated components for high availability.',
  }),
  leaderElectLeaseDuration: durationFlag({
    default: 15_000,
    help:
      'The duration that non-leader candidates will wait after observing a leadership renewal until attempting ' +
      'to acquire leadership of a led but unrenewed leader slot.',
  }),
  leaderElectRenewDeadline: durationFlag({
    default: 10_000,
    help:
      'The interval between attempts by the acting master to renew a leadership slot before it stops leading. ' +
      'This must be less than the lease duration.',
  }),
  leaderElectRetryPeriod: durationFlag({
    default: 2_000,
    help: 'The duration the clients should wait between attempting acquisition and renewal of a leadership.',
  }),
  leaderElectResourceName: stringFlag({
    default: 'kube-controller-manager',
    help: 'The name of resource object that is used for locking during leader election.',
  }),
  leaderElectResourceNamespace: stringFlag({
    default: 'kube-system',
    help: 'The namespace of resource object that is used for locking during leader election.',
  }),
});

const serving = section('Secure serving', {
  bindAddress: stringFlag({ default: '0.0.0.0', help: 'The IP address on which to listen for the --secure-port port.' }),
  securePort: integerFlag({
    default: 10257,
    help: 'The port on which to serve HTTPS with authentication and authorization. If 0, don\'t serve HTTPS at all.',
  }),
  tlsCertFile: optionalStringFlag({
    help:
      'File containing the default x509 Certificate for HTTPS. Without it, a self-signed certificate is made in' +
      ' memory.',
  }),
  tlsPrivateKeyFile: optionalStringFlag({ help: 'File containing the default x509 private key matching --tls-cert-file.' }),
  clientCaFile: optionalStringFlag({
    help:
      'If set, any request presenting a client certificate signed by one of the authorities in the client-ca-' +
      'file is authenticated with an identity corresponding to the CommonName of the client certificate.',
  }),
});

const workloads = section('Workload controllers', {
  concurrentDeploymentSyncs: workers('deployment', 5),
  concurrentReplicasetSyncs: workers('replica set', 5),
  concurrentRcSyncs: workers('replication controller', 5),
  concurrentDaemonsetSyncs: workers('daemonset', 2),
  concurrentStatefulsetSyncs: workers('statefulset', 5),
  concurrentJobSyncs: workers('job', 5),
  concurrentCronJobSyncs: workers('cron job', 5),
  concurrentTtlAfterFinishedSyncs: workers('ttl-after-finished-controller', 5),
  concurrentEphemeralvolumeSyncs: workers('ephemeral volume', 5),
  terminatedPodGcThreshold: integerFlag({
    valueName: 'int32',
    default: 12_500,
    help:
      'Number of terminated pods that can exist before the terminated pod garbage collector starts deleting ' +
      'terminated pods. If <= 0, the terminated pod garbage collector is disabled.',
  }),
});

const cluster = section('Cluster controllers', {
  concurrentNamespaceSyncs: workers('namespace', 10),
  concurrentResourceQuotaSyncs: workers('resource quota', 5),
  resourceQuotaSyncPeriod: durationFlag({ default: 300_000, help: 'The period for syncing quota usage status in the system.' }),
  concurrentGcSyncs: workers('garbage collector', 20),
  enableGarbageCollector: booleanFlag({
    default: true,
    help: 'Enables the generic garbage collector. MUST be synced with the corresponding flag of the kube-apiserver.',
  }),
  rootCaFile: optionalStringFlag({
    help:
      "If set, this root certificate authority will be included in service account's token secret. This must be" +
      " a valid PEM-encoded CA bundle.",
  }),
  serviceAccountPrivateKeyFile: optionalStringFlag({
    help: 'Filename containing a PEM-encoded private RSA or ECDSA key used to sign service account tokens.',
  }),
  legacyServiceAccountTokenCleanUpPeriod: durationFlag({
    default: 365 * 24 * 3_600_000,
    help: 'The period of time since the last usage of an legacy service account token before it can be deleted.',
  }),
  nodeMonitorPeriod: durationFlag({
    default: 5_000,
    help: 'The period for syncing NodeStatus in cloud-node-lifecycle-controller and node-lifecycle-controller.',
  }),
  nodeMonitorGracePeriod: durationFlag({
    default: 50_000,
    help: 'Amount of time which we allow running Node to be unresponsive before marking it unhealthy.',
  }),
  nodeStartupGracePeriod: durationFlag({
    default: 60_000,
    help: 'Amount of time which we allow starting Node to be unresponsive before marking it unhealthy.',
  }),
});

/** The command line of kube-controller-manager: upstream's names and defaults. Flags of what is not there are refused. */
export const program = {
  name: 'kube-controller-manager',
  description:
    'The Kubernetes controller manager: the control loops that bring the cluster from its present state to the wanted one.',
  sections: { generic, leaderElection, serving, workloads, cluster, network, certificates, logs: loggingSection },
} satisfies Program<Record<string, ReturnType<typeof section>>>;

export type ManagerOptions = Options<(typeof program)['sections']>;
