import {
  integerFlag,
  listFlag,
  loggingSection,
  optionalStringFlag,
  type Options,
  type Program,
  section,
  stringFlag,
} from '@typekube/component-base';

const dns = section('DNS', {
  domain: stringFlag({ default: 'cluster.local', help: 'The domain of the cluster, below which its services and pods have their names.' }),
  dnsBindAddress: stringFlag({ default: '0.0.0.0', help: 'The address on which to serve DNS requests.' }),
  dnsPort: integerFlag({ default: 53, help: 'The port on which to serve DNS requests, over UDP and TCP. 0 takes a free one.' }),
  ttl: integerFlag({ default: 30, help: 'Seconds for which clients may keep records of the cluster, and that there is none: 0 to 3600.' }),
  resolvConf: stringFlag({ default: '/etc/resolv.conf', help: 'The file that names the resolvers for all other names. Empty: there are none.' }),
  nameservers: listFlag({ default: [], help: 'Resolvers (IP or IP:port, comma separated) to use instead of those in --resolv-conf.' }),
});

const cluster = section('Cluster', {
  kubeconfig: optionalStringFlag({ help: 'Path to a kubeconfig file. Default: the service account of the pod.' }),
});

const serving = section('Serving', {
  healthBindAddress: stringFlag({ default: '0.0.0.0:8080', help: 'Where to serve /health. Set empty to disable.' }),
  readyBindAddress: stringFlag({ default: '0.0.0.0:8181', help: 'Where to serve /ready. Set empty to disable.' }),
  metricsBindAddress: stringFlag({ default: '0.0.0.0:9153', help: 'Where to serve /metrics. Set empty to disable.' }),
});

/** `kube-dns` and its flags. Names are those of the program that was called so before CoreDNS, defaults are of upstream's Corefile. */
export const program = {
  name: 'kube-dns',
  description:
    'The DNS server of a cluster. It answers for services and pods by the specification of DNS-based service discovery 1.1.0, and has all other names ' +
    'resolved by upstream resolvers.',
  sections: { dns, cluster, serving, logs: loggingSection },
} satisfies Program<Record<string, ReturnType<typeof section>>>;

export type DnsFlags = Options<(typeof program)['sections']>;
