import { completeConfiguration, parseConfiguration, type RawConfiguration } from './configuration';

describe('the configuration', () => {
  it("has upstream's defaults", () => {
    expect(completeConfiguration({})).toMatchObject({
      healthzBindAddress: '0.0.0.0:10256',
      metricsBindAddress: '127.0.0.1:10249',
      masqueradeBit: 14,
      syncPeriod: 30_000,
      minSyncPeriod: 1000,
      nodePortAddresses: ['primary'],
      localMode: { by: 'ClusterCIDR', cidrs: [] },
      warnings: [],
    });
  });

  it('reads what kubeadm writes', async () => {
    const text = [
      'apiVersion: kubeproxy.config.k8s.io/v1alpha1',
      'kind: KubeProxyConfiguration',
      'bindAddress: 0.0.0.0',
      'bindAddressHardFail: false',
      'clientConnection: { acceptContentTypes: "", burst: 0, contentType: "", kubeconfig: /var/lib/kube-proxy/kubeconfig.conf, qps: 0 }',
      'clusterCIDR: 10.244.0.0/16',
      'configSyncPeriod: 0s',
      'conntrack: { maxPerCore: null, min: null, tcpCloseWaitTimeout: null, tcpEstablishedTimeout: null }',
      'detectLocal: { bridgeInterface: "", interfaceNamePrefix: "" }',
      'detectLocalMode: ""',
      'enableProfiling: false',
      'healthzBindAddress: ""',
      'hostnameOverride: ""',
      'iptables: { localhostNodePorts: null, masqueradeAll: false, masqueradeBit: null, minSyncPeriod: 0s, syncPeriod: 0s }',
      'ipvs: { scheduler: "" }',
      'metricsBindAddress: ""',
      'mode: ""',
      'nftables: { masqueradeAll: false, masqueradeBit: null, minSyncPeriod: 0s, syncPeriod: 0s }',
      'nodePortAddresses: null',
      'oomScoreAdj: null',
      'portRange: ""',
    ].join('\n');
    expect(await parseConfiguration(text)).toMatchObject({
      kubeconfig: '/var/lib/kube-proxy/kubeconfig.conf',
      rateLimit: undefined,
      localMode: { by: 'ClusterCIDR', cidrs: ['10.244.0.0/16'] },
      masqueradeBit: 14,
      minSyncPeriod: 1000,
      warnings: [],
    });
  });

  it('warns of what it does not do', () => {
    expect(completeConfiguration({ conntrack: { maxPerCore: 1 }, oomScoreAdj: -999 }).warnings).toHaveLength(2);
  });

  it.each<[RawConfiguration, string]>([
    [{ mode: 'ipvs' }, 'mode: Invalid value: "ipvs"'],
    [{ mode: 'magic' }, 'must be iptables, ipvs, nftables or blank'],
    [{ clusterCIDR: '10.0.0.0' }, 'clusterCIDR: Invalid value: "10.0.0.0"'],
    [{ clusterCIDR: '10.0.0.0/8,11.0.0.0/8' }, 'clusterCIDR: Invalid value'],
    [{ detectLocalMode: 'Guess' }, 'detectLocalMode: Unsupported value: "Guess"'],
    [{ detectLocalMode: 'BridgeInterface' }, 'detectLocal.bridgeInterface: Required value'],
    [
      { detectLocalMode: 'InterfaceNamePrefix', detectLocal: { interfaceNamePrefix: 'a" drop' } },
      'must be the name of a network interface',
    ],
    [{ nftables: { masqueradeBit: 32 } }, 'nftables.masqueradeBit: Invalid value: 32'],
    [{ nftables: { minSyncPeriod: '1m' } }, 'nftables.syncPeriod: Invalid value'],
    [{ nodePortAddresses: ['primary', '10.0.0.0/8'] }, 'nodePortAddresses[0]: Invalid value: "primary"'],
    [{ healthzBindAddress: 'a:b:c' }, 'healthzBindAddress: Invalid value'],
  ])('refuses %j', (raw, message) => {
    expect(() => completeConfiguration(raw)).toThrow(message);
  });
});
