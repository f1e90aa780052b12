import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, endpointSlices, nodes, services } from '@typekube/client';
import { eventually, TestApiServer } from '@typekube/client/testing';
import { endpointSlice, NODE_NAME, service, type SliceEndpoint } from './testing/objects';
import { relayLoopback } from './testing/relay';
import { end, NODE_IP, POD_CIDR, TestNetwork } from './testing/test-network';

const BINARY = join(__dirname, '../bin/kube-proxy.js');

/** The built binary in a namespace of its own, against a real API server. */
describe('kube-proxy', () => {
  let api: TestApiServer;
  let client: Client;
  let network: TestNetwork;
  let relay: AsyncDisposable;
  let proxy: ChildProcess;
  let log = '';

  const startProxy = (...flags: string[]): ChildProcess => {
    const own = ['--kubeconfig', api.kubeconfigPath, '--hostname-override', NODE_NAME, '--cluster-cidr', POD_CIDR, '-v', '2'];
    const child = network.start('node', process.execPath, BINARY, ...own, ...flags);
    child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    return child;
  };
  const ready = (...pods: readonly number[]): SliceEndpoint[] =>
    pods.map((i) => ({ addresses: [network.pods[i - 1] ?? ''], conditions: { ready: true }, nodeName: NODE_NAME }));
  const setEndpoints = async (name: string, endpoints: SliceEndpoint[]): Promise<void> => {
    const slice = await client.for(endpointSlices, 'default').get(`${name}-1`);
    await client.for(endpointSlices, 'default').update({ ...slice, endpoints });
  };
  const curl = (url: string): Promise<string> => network.run('node', 'busybox', 'wget', '-q', '-Y', 'off', '-O', '-', url);

  beforeAll(async () => {
    api = await TestApiServer.start(['--service-cluster-ip-range=10.96.0.0/16']);
    network = await TestNetwork.create();
    client = await api.client();
    relay = await relayLoopback(network, 'node', Number(new URL((await api.config()).server).port));
    const node = { apiVersion: 'v1' as const, kind: 'Node' as const, metadata: { name: NODE_NAME } };
    const created = await client.for(nodes).create(node);
    await client.for(nodes).updateStatus({ ...created, status: { addresses: [{ type: 'InternalIP', address: NODE_IP }] } });
    proxy = startProxy();
  });
  afterAll(async () => {
    await network?.remove();
    await relay?.[Symbol.asyncDispose]();
    await api?.stop();
  });

  it('makes a new service reachable by its addresses', async () => {
    const ports = [{ port: 80, nodePort: 30_080 }];
    const { spec } = await client.for(services, 'default').create(service('web', { type: 'NodePort', ports }));
    const clusterIp = spec?.clusterIP ?? '';
    await eventually(async () => (await network.ask('pod1', `${clusterIp}:80`)) === 'refused');
    await client.for(endpointSlices, 'default').create(endpointSlice('web', ready(1, 2, 3)));
    await eventually(async () => (await network.ask('pod1', `${clusterIp}:80`)).startsWith('pod'));
    expect(await network.askMany('pod1', `${clusterIp}:80`)).toEqual(['pod1', 'pod2', 'pod3']);
    expect(await network.askMany('outside', `${NODE_IP}:30080`)).toEqual(['pod1', 'pod2', 'pod3']);
  });

  it('sends nothing to an endpoint that has gone, and refuses when all have', async () => {
    const { spec } = await client.for(services, 'default').get('web');
    const address = `${spec?.clusterIP}:80`;
    await setEndpoints('web', ready(1, 2));
    await eventually(async () => (await network.askMany('node', address)).join() === 'pod1,pod2');
    const [one, two] = ready(1, 2);
    await setEndpoints('web', [{ ...one, addresses: one?.addresses ?? [], conditions: { ready: false, serving: false } }]);
    await eventually(async () => (await network.ask('node', address)) === 'refused');
    await setEndpoints('web', [
      { ...two, addresses: two?.addresses ?? [], conditions: { ready: false, serving: true, terminating: true } },
    ]);
    await eventually(async () => (await network.ask('node', address)) === 'pod2');
    await setEndpoints('web', ready(1, 2, 3));
    await eventually(async () => (await network.askMany('node', address)).length === 3);
  });

  it('lets traffic go on while it is killed and started again', async () => {
    const { spec } = await client.for(services, 'default').get('web');
    const address = `${spec?.clusterIP}:80`;
    await end(proxy);
    expect(await network.askMany('pod1', address)).toEqual(['pod1', 'pod2', 'pod3']);
    await setEndpoints('web', ready(2, 3));
    const before = log.length;
    proxy = startProxy();
    const answers = new Set<string>();
    await eventually(async () => {
      answers.add(await network.ask('pod1', address));
      return log.slice(before).includes('SyncProxyRules complete');
    });
    expect([...answers].filter((answer) => !answer.startsWith('pod'))).toEqual([]);
    await eventually(async () => (await network.askMany('pod1', address)).join() === 'pod2,pod3');
  });

  it('tells its health and metrics', async () => {
    expect(JSON.parse(await curl('http://127.0.0.1:10256/healthz'))).toMatchObject({ nodeEligible: true });
    const metrics = await curl('http://127.0.0.1:10249/metrics');
    expect(metrics).toMatch(/kubeproxy_sync_proxy_rules_duration_seconds_count\{ip_family="IPv4"\} [1-9]/);
    expect(await curl('http://127.0.0.1:10249/proxyMode')).toBe('nftables');
  });

  it('answers load balancers whether the node has endpoints', async () => {
    const spec = { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31_000, ports: [{ port: 81 }] };
    await client.for(services, 'default').create(service('lb', spec));
    await client.for(endpointSlices, 'default').create(endpointSlice('lb', ready(1, 2)));
    const answer = async (): Promise<unknown> => JSON.parse(await curl(`http://${NODE_IP}:31000/`).catch(() => '{}'));
    await eventually(async () => (await answer()) !== undefined && JSON.stringify(await answer()).includes('"localEndpoints":2'));
    expect(await answer()).toEqual({
      service: { namespace: 'default', name: 'lb' },
      localEndpoints: 2,
      serviceProxyHealthy: true,
    });
    await client.for(services, 'default').delete('lb');
    await eventually(async () => Object.keys((await answer()) ?? {}).length === 0);
  });

  it('takes its rules away on --cleanup', async () => {
    await client.for(services, 'default').delete('web');
    await end(proxy);
    expect(await network.run('node', 'nft', 'list', 'ruleset')).toContain('table ip kube-proxy');
    await network.run('node', process.execPath, BINARY, '--cleanup');
    expect(await network.run('node', 'nft', 'list', 'ruleset')).toBe('');
  });

  it('says what it cannot do', async () => {
    const fail = (...flags: string[]): Promise<string> =>
      network.run('node', process.execPath, BINARY, ...flags).catch((error: unknown) => String(error));
    expect(await fail('--proxy-mode=iptables')).toContain('this kube-proxy supports the mode "nftables" only');
    expect(await fail('--nodeport-addresses=nonsense')).toContain('nodePortAddresses[0]: Invalid value: "nonsense"');
  });

  it('reads a KubeProxyConfiguration', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kube-proxy-config-'));
    const file = join(folder, 'config.yaml');
    const lines = [
      'apiVersion: kubeproxy.config.k8s.io/v1alpha1',
      'kind: KubeProxyConfiguration',
      'mode: nftables',
      `clientConnection: { kubeconfig: ${api.kubeconfigPath} }`,
      'nodePortAddresses: ["0.0.0.0/0"]',
    ];
    await writeFile(file, lines.join('\n'));
    const before = log.length;
    proxy = startProxy('--config', file);
    await eventually(() => log.slice(before).includes('SyncProxyRules complete'));
    expect(await network.run('node', 'nft', 'list', 'chain', 'ip', 'kube-proxy', 'services')).toContain('fib daddr type local');
    await end(proxy);
    await rm(folder, { recursive: true });
  });
});
