import { dnsAddon } from './dns-addon';
import { layoutOf } from './layout';
import { containerdConfig, networkConfig, planProcesses } from './plan';

const options = { nodeName: 'n1', nodeAddress: '192.0.2.1', apiPort: 6443, podCidr: '10.244.0.0/24', serviceCidr: '10.96.0.0/16', without: [] };
const layout = layoutOf('/data');

describe('planProcesses', () => {
  const plan = planProcesses(layout, options, '/usr/bin/crun');

  it('starts the API server first, and what others can do without for a while last', () => {
    expect(plan.map(({ name }) => name)).toEqual([
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
      'containerd',
      'cri-shim',
      'kubelet',
      'kube-proxy',
      'kube-dns',
    ]);
  });

  it('leaves out what the user runs in another way', () => {
    const others = planProcesses(layout, { ...options, without: ['kube-scheduler'] }, 'runc');
    expect(others.map(({ name }) => name)).not.toContain('kube-scheduler');
    expect(others).toHaveLength(plan.length - 1);
  });

  it.each(['kube-controller-manager', 'kube-scheduler'])('lets %s work as soon as it is started again', (wanted) => {
    expect(plan.find(({ name }) => name === wanted)?.args).toContain('--leader-elect=false');
  });

  it('gives each component an identity of its own', () => {
    const kubeconfigs = plan.flatMap(({ args }) => args.filter((arg) => arg.startsWith('--kubeconfig=')));
    expect(new Set(kubeconfigs).size).toBe(5);
  });

  it('lets the controller manager sign certificates with the authority of the cluster', () => {
    const { args } = plan.find(({ name }) => name === 'kube-controller-manager')!;
    expect(args).toEqual(expect.arrayContaining(['--cluster-signing-cert-file=/data/pki/ca.crt', '--cluster-signing-key-file=/data/pki/ca.key']));
  });

  it('lets extension API servers know the API server by an authority of its own', () => {
    const { args } = plan.find(({ name }) => name === 'kube-apiserver')!;
    expect(args).toEqual(expect.arrayContaining(['--proxy-client-cert-file=/data/pki/front-proxy-client.crt', '--requestheader-client-ca-file=/data/pki/front-proxy-ca.crt', '--requestheader-allowed-names=front-proxy-client']));
  });

  it('tells the kubelet where the DNS of the cluster is', () => {
    const { args } = plan.find(({ name }) => name === 'kubelet')!;
    expect(args).toEqual(expect.arrayContaining(['--cluster-dns=10.96.0.10', '--cluster-domain=cluster.local']));
    expect(dnsAddon(options)).toMatchObject([
      { kind: 'Service', spec: { clusterIP: '10.96.0.10' } },
      { kind: 'EndpointSlice', endpoints: [{ addresses: ['10.244.0.1'] }] },
      { kind: 'ClusterRole' },
      { kind: 'ClusterRoleBinding', subjects: [{ kind: 'User', name: 'system:kube-dns' }] },
    ]);
  });

  it('tells cri-shim what containers are made by', () => {
    expect(plan.find(({ name }) => name === 'cri-shim')?.args).toContain('--oci-runtime=/usr/bin/crun');
  });

  it('keeps everything below the data folder', () => {
    const paths = plan.flatMap(({ args }) => args.filter((arg) => !/^--(cgroup-root|oci-runtime)=/.test(arg)).flatMap((arg) => /=(?:unix:\/\/)?(\/.*)$/.exec(arg)?.[1] ?? []));
    expect(paths.filter((path) => !path.startsWith('/data/'))).toEqual([]);
  });
});

it('configures containerd and the pod network in folders of the cluster', () => {
  expect(containerdConfig(layout)).toContain('address = "/data/run/containerd.sock"');
  expect(networkConfig(layout, options)).toMatchObject({ plugins: [{ type: 'bridge', ipam: { dataDir: '/data/cni/ipam' } }, { type: 'portmap' }] });
});
