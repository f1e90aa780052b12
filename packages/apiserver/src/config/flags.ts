import {
  booleanFlag,
  durationFlag,
  inputFileFlag,
  integerFlag,
  ipFlag,
  listFlag,
  loggingSection,
  mapFlag,
  optionalIpFlag,
  optionalStringFlag,
  type Options,
  type Program,
  section,
  stringFlag,
} from '@typekube/component-base';
import { aggregator } from './aggregator-flags';
import { audit } from './audit-flags';
import { authentication, serviceAccounts } from './authentication-flags';
import { authorizationSection as authorization } from './authorization-flags';
import { admission } from './admission-flags';
import { oidc } from './oidc-flags';
import { encryption } from './encryption-flags';
import { features } from './feature-gates';
import { tlsFlags } from './tls-flags';

const storage = section('Storage', {
  dataDir: stringFlag({
    default: './kube-apiserver.data',
    help: 'The folder of the embedded store, and of generated certificates where --cert-dir is not given. The store is not used with --etcd-servers.',
  }),
  etcdServers: listFlag({ default: [], help: 'List of etcd servers to connect with (scheme://ip:port), comma separated. Without it, the embedded store in --data-dir is used.' }),
  etcdPrefix: stringFlag({ default: '/registry', help: 'The prefix to prepend to all resource paths in etcd. Only /registry is supported.' }),
  etcdCafile: inputFileFlag({ help: 'SSL Certificate Authority file used to secure etcd communication.' }),
  etcdCertfile: inputFileFlag({ help: 'SSL certification file used to secure etcd communication.' }),
  etcdKeyfile: inputFileFlag({ help: 'SSL key file used to secure etcd communication.' }),
  etcdCompactionInterval: durationFlag({ default: 5 * 60_000, help: 'The interval of compaction requests. If 0, the compaction request from apiserver is disabled.' }),
  etcdHealthcheckTimeout: durationFlag({ default: 2000, help: 'The timeout to use when checking etcd health.' }),
  etcdReadycheckTimeout: durationFlag({ default: 2000, help: 'The timeout to use when checking etcd readiness.' }),
  storageMediaType: stringFlag({ default: 'application/json', help: 'The media type to use to store objects in storage. Only application/json is supported.' }),
  eventTtl: durationFlag({ default: 3_600_000, help: 'Amount of time to retain events.' }),
});

const serving = section('Secure serving', {
  bindAddress: ipFlag({ default: '0.0.0.0', help: 'The IP address on which to listen for the --secure-port port. 0.0.0.0 or :: for all interfaces.' }),
  securePort: integerFlag({ default: 6443, help: 'The port on which to serve HTTPS with authentication and authorization. 0 takes a free one.' }),
  advertiseAddress: optionalIpFlag({ help: 'The IP address on which to advertise the apiserver to members of the cluster.' }),
  certDir: optionalStringFlag({ help: 'The directory where the TLS certs are located, and written on the first start if they are not. Default: the folder pki in --data-dir.' }),
  tlsCertFile: inputFileFlag({ help: 'File containing the default x509 Certificate for HTTPS. If HTTPS serving is enabled, and --tls-cert-file and --tls-private-key-file are not provided, a self-signed certificate and key are generated for the public address and saved to the directory specified by --cert-dir.' }),
  tlsPrivateKeyFile: inputFileFlag({ help: 'File containing the default x509 private key matching --tls-cert-file.' }),
  ...tlsFlags,
  http2MaxStreamsPerConnection: integerFlag({ default: 1000, help: 'The limit that the server gives to clients for the maximum number of streams in an HTTP/2 connection.' }),
});

const resources = section('API enablement', {
  runtimeConfig: mapFlag({ default: {}, help: 'A set of key=value pairs that enable or disable built-in APIs: <group>/<version>=true|false, api/all, api/ga, api/beta, api/alpha.' }),
  serviceClusterIpRange: stringFlag({ default: '10.0.0.0/24', help: 'A CIDR notation IP range from which to assign service cluster IPs. Two of different families, comma separated, for dual stack.' }),
  serviceNodePortRange: stringFlag({ default: '30000-32767', help: 'A port range to reserve for services with NodePort visibility. Inclusive at both ends of the range.' }),
});

const limits = section('Generic', {
  allowPrivileged: booleanFlag({ default: true, help: 'If true, allow privileged containers. Upstream has it off unless it is given; here they are allowed always, but where PodSecurity forbids them.' }),
  maxRequestsInflight: integerFlag({ default: 400, help: 'This and --max-mutating-requests-inflight are summed to determine the total concurrency limit of the server (which must be positive) if --enable-priority-and-fairness is true. Otherwise, this flag limits the maximum number of non-mutating requests in flight, or a zero value disables the limit completely.' }),
  maxMutatingRequestsInflight: integerFlag({ default: 200, help: 'This and --max-requests-inflight are summed to determine the total concurrency limit of the server (which must be positive) if --enable-priority-and-fairness is true. Otherwise, this flag limits the maximum number of mutating requests in flight, or a zero value disables the limit completely.' }),
  enablePriorityAndFairness: booleanFlag({ default: true, help: 'If true, replace the max-in-flight handler with an enhanced one that queues and dispatches with priority and fairness.' }),
  requestTimeout: durationFlag({ default: 60_000, help: 'The duration a handler must keep a request open before timing it out. Overridden by --min-request-timeout for watches.' }),
  minRequestTimeout: integerFlag({ default: 1800, help: 'The minimum number of seconds a handler must keep a watch open before timing it out.' }),
  shutdownDelayDuration: durationFlag({ default: 0, help: 'Time to delay the termination. During that time the server keeps serving requests normally, but /readyz returns failure.' }),
});

const kubelet = section('Kubelet', {
  kubeletClientCertificate: inputFileFlag({ help: 'Path to a client cert file for TLS to kubelets.' }),
  kubeletClientKey: inputFileFlag({ help: 'Path to a client key file for TLS to kubelets.' }),
  kubeletCertificateAuthority: inputFileFlag({ help: "Path to a cert file for the certificate authority of kubelets. Without it their certificates are not checked." }),
  kubeletPreferredAddressTypes: listFlag({
    default: ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP'],
    help: 'List of the preferred NodeAddressTypes to use for kubelet connections.',
  }),
});

/** `kube-apiserver` and its flags: names and defaults are upstream's. */
export const program = {
  name: 'kube-apiserver',
  description:
    'The Kubernetes API server validates and configures data for the api objects which include pods, services, replicationcontrollers, and ' +
    "others. The API Server services REST operations and provides the frontend to the cluster's shared state through which all other " +
    'components interact.',
  sections: { limits, features, storage, encryption, serving, audit, authentication, serviceAccounts, oidc, authorization, admission, aggregator, resources, kubelet, logs: loggingSection },
} satisfies Program<Record<string, ReturnType<typeof section>>>;

export type ServerOptions = Options<(typeof program)['sections']>;
