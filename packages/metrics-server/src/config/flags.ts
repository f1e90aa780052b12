import {
  booleanFlag,
  durationFlag,
  inputFileFlag,
  integerFlag,
  ipFlag,
  listFlag,
  loggingSection,
  type Options,
  type Program,
  section,
  stringFlag,
} from '@typekube/component-base';

const server = section('Metrics server', {
  metricResolution: durationFlag({ default: 60_000, help: 'The resolution at which metrics-server will retain metrics, must set value at least 10s.' }),
  kubeconfig: inputFileFlag({ help: 'The path to the kubeconfig used to connect to the Kubernetes API server and the Kubelets (defaults to in-cluster config)' }),
});

const kubelet = section('Kubelet client', {
  kubeletInsecureTls: booleanFlag({ default: false, help: 'Do not verify CA of serving certificates presented by Kubelets.  For testing purposes only.' }),
  kubeletUseNodeStatusPort: booleanFlag({ default: false, help: 'Use the port in the node status. Takes precedence over --kubelet-port flag.' }),
  kubeletPort: integerFlag({ default: 10250, help: 'The port to use to connect to Kubelets.' }),
  kubeletPreferredAddressTypes: listFlag({
    default: ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP'],
    help: 'The priority of node address types to use when determining which address to use to connect to a particular node',
  }),
  kubeletCertificateAuthority: inputFileFlag({ help: "Path to the CA to use to validate the Kubelet's serving certificates." }),
  kubeletClientKey: inputFileFlag({ help: 'Path to a client key file for TLS.' }),
  kubeletClientCertificate: inputFileFlag({ help: 'Path to a client cert file for TLS.' }),
  kubeletRequestTimeout: durationFlag({ default: 10_000, help: 'The length of time to wait before giving up on a single request to Kubelet. Non-zero values should contain a corresponding time unit (e.g. 1s, 2m, 3h).' }),
  nodeSelector: { ...stringFlag({ default: '', help: 'Selector (label query) of the nodes that are asked and told of.' }), shorthand: 'l' },
});

const serving = section('Apiserver secure serving', {
  bindAddress: ipFlag({ default: '0.0.0.0', help: 'The IP address on which to listen for the --secure-port port. 0.0.0.0 or :: for all interfaces.' }),
  securePort: integerFlag({ default: 443, help: 'The port on which to serve HTTPS with authentication and authorization. 0 takes a free one.' }),
  certDir: stringFlag({ default: 'apiserver.local.config/certificates', help: 'The directory where the TLS certs are located. If --tls-cert-file and --tls-private-key-file are provided, this flag will be ignored.' }),
  tlsCertFile: inputFileFlag({ help: 'File containing the default x509 Certificate for HTTPS. If neither this nor --tls-private-key-file is given, a certificate is made and kept in --cert-dir.' }),
  tlsPrivateKeyFile: inputFileFlag({ help: 'File containing the default x509 private key matching --tls-cert-file.' }),
});

const authentication = section('Apiserver authentication', {
  authenticationKubeconfig: inputFileFlag({ help: 'kubeconfig file pointing at the server that reviews tokens (tokenreviews.authentication.k8s.io). Default: that of --kubeconfig.' }),
  authenticationTokenWebhookCacheTtl: durationFlag({ default: 10_000, help: 'The duration to cache responses from the webhook token authenticator.' }),
  clientCaFile: inputFileFlag({ help: 'Authorities whose client certificates are believed. Default: those in the config map extension-apiserver-authentication.' }),
});

const authorization = section('Apiserver authorization', {
  authorizationKubeconfig: inputFileFlag({ help: 'kubeconfig file pointing at the server that reviews access (subjectaccessreviews.authorization.k8s.io). Default: that of --kubeconfig.' }),
  authorizationAlwaysAllowPaths: listFlag({
    default: ['/healthz', '/readyz', '/livez'],
    help: "A list of HTTP paths to skip during authorization, i.e. these are authorized without contacting the 'core' kubernetes server.",
  }),
  authorizationWebhookCacheAuthorizedTtl: durationFlag({ default: 10_000, help: "The duration to cache 'authorized' responses from the webhook authorizer." }),
  authorizationWebhookCacheUnauthorizedTtl: durationFlag({ default: 10_000, help: "The duration to cache 'unauthorized' responses from the webhook authorizer." }),
});

/** `metrics-server` and its flags: names and defaults are those of kubernetes-sigs/metrics-server. */
export const program = {
  name: 'metrics-server',
  description: 'Serves the resource metrics API (metrics.k8s.io): what nodes and pods use of CPU and memory, asked of the kubelets.',
  sections: { server, kubelet, serving, authentication, authorization, logs: loggingSection },
} satisfies Program<Record<string, ReturnType<typeof section>>>;

export type MetricsServerFlags = Options<(typeof program)['sections']>;
