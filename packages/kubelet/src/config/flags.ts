import {
  booleanFlag,
  choiceFlag,
  durationFlag,
  integerFlag,
  listFlag,
  loggingSection,
  mapFlag,
  optionalStringFlag,
  type Options,
  type Program,
  section,
  stringFlag,
} from '@typekube/component-base';
import { AUTHORIZATION_MODES } from './configuration';
import { eviction } from './eviction-flags';
import { ifGiven } from './if-given';
import { containerLogs } from './log-rules';

const kubelet = section('Kubelet', {
  config: optionalStringFlag({
    help: 'The kubelet will load its initial configuration from this file. Omit this flag to use the built-in default configuration values.',
  }),
  kubeconfig: optionalStringFlag({
    help: 'Path to a kubeconfig file, specifying how to connect to the API server. Providing --kubeconfig enables API server mode, omitting --kubeconfig enables standalone mode.',
  }),
  rootDir: stringFlag({ default: '/var/lib/kubelet', help: 'Directory path for managing kubelet files (volume mounts, etc).' }),
  certDir: optionalStringFlag({ help: 'The directory where the TLS certs are located. Default: the folder pki in --root-dir.' }),
  containerRuntimeEndpoint: ifGiven(
    stringFlag({
      default: 'unix:///run/typekube/cri.sock',
      help: 'The endpoint of the container runtime service: a Unix socket.',
    }),
  ),
});

const node = section('Node', {
  hostnameOverride: optionalStringFlag({
    help: 'If non-empty, will use this string as identification instead of the actual hostname.',
  }),
  nodeIp: optionalStringFlag({
    help: 'IP address of the node. If unset, the first address of this machine that is not a loopback address is used.',
  }),
  nodeLabels: mapFlag({
    default: {},
    help: 'Labels to add when registering the node in the cluster. Labels must be key=value pairs separated by comma.',
  }),
  registerNode: ifGiven(booleanFlag({ default: true, help: 'Register the node with the apiserver.' })),
  maxPods: ifGiven(integerFlag({ default: 110, help: 'Number of Pods that can run on this Kubelet.' })),
});

const serving = section('Serving', {
  address: ifGiven(stringFlag({ default: '0.0.0.0', help: 'The IP address for the Kubelet to serve on.' })),
  port: ifGiven(integerFlag({ default: 10250, help: 'The port for the Kubelet to serve on. 0 takes a free one.' })),
  anonymousAuth: ifGiven(booleanFlag({ default: false, help: 'Enables anonymous requests to the Kubelet server.' })),
  authenticationTokenWebhook: ifGiven(
    booleanFlag({ default: true, help: 'Use the TokenReview API to determine authentication for bearer tokens.' }),
  ),
  authenticationTokenWebhookCacheTtl: ifGiven(
    durationFlag({ default: 2 * 60_000, help: 'The duration to cache responses from the webhook token authenticator.' }),
  ),
  authorizationMode: ifGiven(
    choiceFlag({
      default: 'Webhook',
      choices: AUTHORIZATION_MODES,
      help: 'Authorization mode for Kubelet server. Valid options are AlwaysAllow or Webhook. Webhook mode uses the SubjectAccessReview API to determine authorization.',
    }),
  ),
  authorizationWebhookCacheAuthorizedTtl: ifGiven(
    durationFlag({ default: 5 * 60_000, help: "The duration to cache 'authorized' responses from the webhook authorizer." }),
  ),
  authorizationWebhookCacheUnauthorizedTtl: ifGiven(
    durationFlag({ default: 30_000, help: "The duration to cache 'unauthorized' responses from the webhook authorizer." }),
  ),
  clientCaFile: ifGiven(
    stringFlag({
      default: '',
      help: 'If set, any request presenting a client certificate signed by one of the authorities in the client-ca-file is authenticated.',
    }),
  ),
  tlsCertFile: ifGiven(stringFlag({ default: '', help: 'File containing x509 Certificate used for serving HTTPS.' })),
  tlsPrivateKeyFile: ifGiven(stringFlag({ default: '', help: 'File containing x509 private key matching --tls-cert-file.' })),
});

const pods = section('Pods', {
  podManifestPath: ifGiven(
    stringFlag({
      default: '',
      help: 'Path to the directory containing static pod files to run, or the path to a single static pod file. Files starting with dots will be ignored.',
    }),
  ),
  fileCheckFrequency: ifGiven(durationFlag({ default: 20_000, help: 'Duration between checking config files for new data.' })),
  podLogsDir: ifGiven(
    stringFlag({
      default: '',
      help: 'The folder of the logs of containers. Default: /var/log/pods, or the folder logs in a --root-dir of its own.',
    }),
  ),
  clusterDns: ifGiven(
    listFlag({
      default: [],
      help: "Comma-separated list of DNS server IP address. This value is used for containers DNS server in case of Pods with 'dnsPolicy: ClusterFirst'.",
    }),
  ),
  clusterDomain: ifGiven(
    stringFlag({
      default: '',
      help: "Domain for this cluster. If set, kubelet will configure all containers to search this domain in addition to the host's search domains.",
    }),
  ),
  resolvConf: ifGiven(
    stringFlag({ default: '/etc/resolv.conf', help: 'Resolver configuration file used as the basis for the container DNS resolution configuration.' }),
  ),
  allowedUnsafeSysctls: ifGiven(
    listFlag({
      default: [],
      help: 'Comma-separated whitelist of unsafe sysctls or unsafe sysctl patterns (ending in *). Use these at your own risk.',
    }),
  ),
  cgroupRoot: ifGiven(stringFlag({ default: '/', help: 'Optional root cgroup to use for pods.' })),
});

/** `kubelet` and its flags: names and defaults are upstream's. */
export const program = {
  name: 'kubelet',
  description:
    'The kubelet is the primary "node agent" that runs on each node. It registers the node with the apiserver and makes the containers described ' +
    'in the PodSpecs bound to it run and stay healthy.',
  sections: { kubelet, node, serving, pods, eviction, containerLogs, logs: loggingSection },
} satisfies Program<Record<string, ReturnType<typeof section>>>;

export type KubeletFlags = Options<(typeof program)['sections']>;
