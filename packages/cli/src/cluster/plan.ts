import { join } from 'node:path';
import { cgroupRootOf } from './cgroups';
import { DNS_HEALTH_PORT, DNS_METRICS_PORT, DNS_PORT, DNS_READY_PORT, dnsServiceIp, podGateway } from './dns-addon';
import type { Layout } from './layout';

/** What the user has chosen. */
export interface ClusterOptions {
  readonly nodeName: string;
  /** The machine's own address, which pods reach the API server by. */
  readonly nodeAddress: string;
  readonly apiPort: number;
  readonly podCidr: string;
  readonly serviceCidr: string;
  /** Components that the user runs in another way. */
  readonly without: readonly string[];
  /** For pods that take the machine's resolvers, where /etc/resolv.conf would lead them nowhere. */
  readonly resolvConf?: string;
  /** What the user wants containers to be made by; chosen for the machine otherwise. */
  readonly ociRuntime?: string;
}

/** One process of the cluster. All are started at once: each waits by itself for what it needs. */
export interface ProcessPlan {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** The link that CNI makes for pods. */
export const POD_BRIDGE = 'typekube0';

/** The ports that components take on this machine beside the API server's: upstream's, and those of cluster DNS. */
export const PORTS: Readonly<Record<string, readonly number[]>> = {
  'kube-controller-manager': [10257],
  'kube-scheduler': [10259],
  kubelet: [10250],
  'kube-proxy': [10249, 10256],
  'kube-dns': [DNS_PORT, DNS_HEALTH_PORT, DNS_METRICS_PORT, DNS_READY_PORT],
};

/** Who the API server is to extension API servers. */
export const FRONT_PROXY_NAME = 'front-proxy-client';

const CLUSTER_DOMAIN = 'cluster.local';

/** The processes of a cluster on one machine, in the order they are started (and, backwards, stopped). */
export function planProcesses(layout: Layout, options: ClusterOptions, ociRuntime: string): ProcessPlan[] {
  const kubeconfig = (component: string): string => `--kubeconfig=${join(layout.kubeconfigs, `${component}.kubeconfig`)}`;
  const ca = join(layout.pki, 'ca.crt');
  const all: ProcessPlan[] = [
    {
      name: 'kube-apiserver',
      command: 'kube-apiserver',
      args: [
        `--data-dir=${layout.store}`,
        `--cert-dir=${layout.pki}`,
        '--authorization-mode=Node,RBAC',
        '--enable-admission-plugins=NodeRestriction',
        `--secure-port=${options.apiPort}`,
        `--advertise-address=${options.nodeAddress}`,
        `--service-cluster-ip-range=${options.serviceCidr}`,
        `--service-account-signing-key-file=${join(layout.pki, 'sa.key')}`,
        `--service-account-key-file=${join(layout.pki, 'sa.pub')}`,
        `--kubelet-client-certificate=${join(layout.pki, 'apiserver-kubelet-client.crt')}`,
        `--kubelet-client-key=${join(layout.pki, 'apiserver-kubelet-client.key')}`,
        '--kubelet-preferred-address-types=InternalIP',
        ...frontProxyFlags(layout),
      ],
    },
    {
      name: 'kube-controller-manager',
      command: 'kube-controller-manager',
      args: [
        kubeconfig('controller-manager'),
        `--root-ca-file=${ca}`,
        `--service-account-private-key-file=${join(layout.pki, 'sa.key')}`,
        `--cluster-signing-cert-file=${ca}`,
        `--cluster-signing-key-file=${join(layout.pki, 'ca.key')}`,
        // Its own identity may only read: each controller writes as its own account.
        '--use-service-account-credentials=true',
        ONLY_ONE,
      ],
    },
    { name: 'kube-scheduler', command: 'kube-scheduler', args: [kubeconfig('scheduler'), ONLY_ONE] },
    ...planRuntime(layout, ociRuntime),
    {
      name: 'kubelet',
      command: 'kubelet',
      args: [
        kubeconfig('kubelet'),
        `--hostname-override=${options.nodeName}`,
        `--node-ip=${options.nodeAddress}`,
        `--container-runtime-endpoint=unix://${layout.cri.socket}`,
        `--root-dir=${layout.kubelet}`,
        `--pod-manifest-path=${layout.manifests}`,
        `--cgroup-root=${cgroupRootOf(layout.root)}`,
        `--client-ca-file=${ca}`,
        `--cluster-dns=${dnsServiceIp(options)}`,
        `--cluster-domain=${CLUSTER_DOMAIN}`,
        ...(options.resolvConf ? [`--resolv-conf=${options.resolvConf}`] : []),
      ],
    },
    {
      name: 'kube-proxy',
      command: 'kube-proxy',
      args: [kubeconfig('proxy'), `--hostname-override=${options.nodeName}`, `--cluster-cidr=${options.podCidr}`, '--proxy-mode=nftables'],
    },
    {
      name: 'kube-dns',
      command: 'kube-dns',
      args: [
        kubeconfig('dns'),
        `--domain=${CLUSTER_DOMAIN}`,
        `--dns-bind-address=${podGateway(options)}`,
        `--dns-port=${DNS_PORT}`,
        `--health-bind-address=127.0.0.1:${DNS_HEALTH_PORT}`,
        `--ready-bind-address=127.0.0.1:${DNS_READY_PORT}`,
        `--metrics-bind-address=${podGateway(options)}:${DNS_METRICS_PORT}`,
      ],
    },
  ];
  return all.filter(({ name }) => !options.without.includes(name));
}

/** How extension API servers know the API server, as kubeadm has it: they read all but the key from `kube-system/extension-apiserver-authentication`. */
function frontProxyFlags({ frontProxy: { ca, client } }: Layout): string[] {
  return [
    `--proxy-client-cert-file=${client.certFile}`,
    `--proxy-client-key-file=${client.keyFile}`,
    `--requestheader-client-ca-file=${ca.certFile}`,
    `--requestheader-allowed-names=${FRONT_PROXY_NAME}`,
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-uid-headers=X-Remote-Uid',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
  ];
}

/** The supervisor starts another only when the one before has ended: it need not wait until that one's lease is over. */
const ONLY_ONE = '--leader-elect=false';

/** The processes that pods live by. Containers that are there already go on with the OCI runtime that they were made by. */
export function planRuntime(layout: Layout, ociRuntime: string): ProcessPlan[] {
  return [
    { name: 'containerd', command: 'containerd', args: ['--config', layout.containerd.config] },
    {
      name: 'cri-shim',
      command: 'cri-shim',
      args: [
        `--listen=unix://${layout.cri.socket}`,
        `--containerd=${layout.containerd.socket}`,
        `--containerd-root=${layout.containerd.root}`,
        `--oci-runtime=${ociRuntime}`,
        `--state-dir=${layout.cri.state}`,
        `--root-dir=${layout.cri.root}`,
        `--cni-conf-dir=${layout.cni}`,
      ],
    },
  ];
}

/** containerd's configuration: everything of it in folders of the cluster's own; its CRI plugin is not used. */
export function containerdConfig({ containerd }: Layout): string {
  return [
    'version = 2',
    `root = ${JSON.stringify(containerd.root)}`,
    `state = ${JSON.stringify(containerd.state)}`,
    'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
    '[grpc]',
    `  address = ${JSON.stringify(containerd.socket)}`,
    '[plugins."io.containerd.internal.v1.opt"]',
    `  path = ${JSON.stringify(containerd.opt)}`,
    '',
  ].join('\n');
}

/** The CNI network of pods: a bridge with addresses of the pod range. The way out is not the plugin's: see masqueradePods. */
export function networkConfig({ ipam }: Layout, { podCidr }: ClusterOptions): object {
  return {
    cniVersion: '1.0.0',
    name: 'typekube',
    plugins: [
      {
        type: 'bridge',
        bridge: POD_BRIDGE,
        isGateway: true,
        hairpinMode: true,
        ipam: { type: 'host-local', dataDir: ipam, ranges: [[{ subnet: podCidr }]], routes: [{ dst: '0.0.0.0/0' }] },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}
