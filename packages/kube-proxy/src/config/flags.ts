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

const misc = section('Misc', {
  config: optionalStringFlag({
    help: 'The path to the configuration file. Of the other flags only --hostname-override counts then.',
  }),
  kubeconfig: optionalStringFlag({
    help: 'Path to kubeconfig file with authorization information (the master location can be overridden by the master flag).',
  }),
  master: optionalStringFlag({ help: 'The address of the Kubernetes API server (overrides any value in kubeconfig)' }),
  kubeApiQps: integerFlag({ default: 0, help: 'QPS to use while talking with kubernetes apiserver; 0 for no limit' }),
  kubeApiBurst: integerFlag({ default: 0, help: 'Burst to use while talking with kubernetes apiserver' }),
  cleanup: booleanFlag({ default: false, help: 'If true cleanup nftables rules and exit.' }),
  hostnameOverride: stringFlag({
    default: '',
    help: "If non-empty, will be used as the name of the Node that kube-proxy is running on. If unset, the node name is assumed to be the same as the node's hostname.",
  }),
});

const proxying = section('Proxying', {
  proxyMode: stringFlag({ default: 'nftables', help: "Which proxy mode to use: this kube-proxy knows 'nftables'." }),
  clusterCidr: stringFlag({
    default: '',
    help: 'The CIDR range of the pods in the cluster. (For dual-stack clusters, this can be a comma-separated dual-stack pair of CIDR ranges.). When --detect-local-mode is set to ClusterCIDR, kube-proxy will consider traffic to be local if its source IP is in this range.',
  }),
  detectLocalMode: stringFlag({
    default: '',
    help: 'Mode to use to detect local traffic: ClusterCIDR, NodeCIDR, BridgeInterface or InterfaceNamePrefix.',
  }),
  podBridgeInterface: stringFlag({
    default: '',
    help: 'A bridge interface name. When --detect-local-mode is set to BridgeInterface, kube-proxy will consider traffic to be local if it originates from this bridge.',
  }),
  podInterfaceNamePrefix: stringFlag({
    default: '',
    help: 'An interface name prefix. When --detect-local-mode is set to InterfaceNamePrefix, kube-proxy will consider traffic to be local if it originates from any interface whose name begins with this prefix.',
  }),
  nodeportAddresses: listFlag({
    default: [],
    help: "A list of CIDR ranges that contain valid node IPs, or alternatively, the single string 'primary'. If set to a list of CIDRs, connections to NodePort services will only be accepted on node IPs in one of the indicated ranges. If set to 'primary', NodePort services will only be accepted on the node's primary IP(s) according to the Node object. If unset, 'primary'.",
  }),
  masqueradeAll: booleanFlag({
    default: false,
    help: 'SNAT all traffic sent via Service cluster IPs. This may be required with some CNI plugins.',
  }),
  nftablesSyncPeriod: durationFlag({
    default: 30_000,
    help: 'An interval after which rules are checked though nothing has changed. Must be greater than 0.',
  }),
  nftablesMinSyncPeriod: durationFlag({
    default: 1000,
    help: 'The interval that lies between changes of rules in a storm of changes; the first ones are made at once.',
  }),
});

const serving = section('Serving', {
  bindAddress: stringFlag({
    default: '0.0.0.0',
    help: "Overrides kube-proxy's idea of what its node's primary IP is.",
  }),
  healthzBindAddress: stringFlag({
    default: '0.0.0.0:10256',
    help: 'The IP address and port for the health check server to serve on, defaulting to "0.0.0.0:10256". Set empty to disable.',
  }),
  metricsBindAddress: stringFlag({
    default: '127.0.0.1:10249',
    help: 'The IP address and port for the metrics server to serve on, defaulting to "127.0.0.1:10249".',
  }),
  bindAddressHardFail: booleanFlag({
    default: false,
    help: 'If true kube-proxy will treat failure to bind to a port as fatal and exit',
  }),
});

/** `kube-proxy` and its flags: names and defaults are upstream's. */
export const program = {
  name: 'kube-proxy',
  description:
    'The Kubernetes network proxy runs on each node. This reflects services as defined in the Kubernetes API on each node and can do simple TCP, UDP, and ' +
    'SCTP stream forwarding or round robin TCP, UDP, and SCTP forwarding across a set of backends.',
  sections: { misc, proxying, serving, logs: loggingSection },
} satisfies Program<Record<string, ReturnType<typeof section>>>;

export type ProxyFlags = Options<(typeof program)['sections']>;
