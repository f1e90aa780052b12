import { addressIn } from './addresses';
import type { AddonObject } from './addons';
import type { ClusterOptions } from './plan';

/** Where kube-dns listens: on the pods' side of the machine alone, and on no port that a resolver of the machine may have. */
export const DNS_PORT = 10053;
export const DNS_HEALTH_PORT = 10054;
export const DNS_METRICS_PORT = 10055;
export const DNS_READY_PORT = 10056;

/** Who kube-dns is. */
export const DNS_USER = 'system:kube-dns';

const NAMESPACE = 'kube-system';
const NAME = 'kube-dns';
const RBAC = 'rbac.authorization.k8s.io';

/** The address of cluster DNS by upstream's convention: the tenth of the service range. */
export function dnsServiceIp({ serviceCidr }: Pick<ClusterOptions, 'serviceCidr'>): string {
  return addressIn(serviceCidr, 10);
}

/** The machine's address on the link of the pods. */
export function podGateway({ podCidr }: Pick<ClusterOptions, 'podCidr'>): string {
  return addressIn(podCidr, 1);
}

/** What makes kube-dns, a process of this machine, the cluster's DNS: its Service under upstream's names, where that leads, and its rights. */
export function dnsAddon(cluster: ClusterOptions): AddonObject[] {
  const labels = { 'k8s-app': NAME, 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' };
  const role = { name: 'system:coredns', labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: NAME, namespace: NAMESPACE, labels, annotations: { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' } },
      spec: {
        clusterIP: dnsServiceIp(cluster),
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP', targetPort: DNS_PORT },
          { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: DNS_PORT },
          { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: DNS_METRICS_PORT },
        ],
      },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: NAME,
        namespace: NAMESPACE,
        labels: { ...labels, 'kubernetes.io/service-name': NAME, 'endpointslice.kubernetes.io/managed-by': 'typekube' },
      },
      addressType: 'IPv4',
      endpoints: [{ addresses: [podGateway(cluster)], conditions: { ready: true, serving: true, terminating: false }, nodeName: cluster.nodeName }],
      ports: [
        { name: 'dns', port: DNS_PORT, protocol: 'UDP' },
        { name: 'dns-tcp', port: DNS_PORT, protocol: 'TCP' },
        { name: 'metrics', port: DNS_METRICS_PORT, protocol: 'TCP' },
      ],
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: role,
      rules: [
        { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
        { apiGroups: [''], resources: ['nodes'], verbs: ['get'] },
      ],
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: role,
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role.name },
      subjects: [{ apiGroup: RBAC, kind: 'User', name: DNS_USER }],
    },
  ];
}
