import { eventually } from '@typekube/client/testing';
import { silentLogger } from '@typekube/component-base';
import type { PortState } from '../../model/changes';
import { deleteUdpFlows, type RunConntrack, staleUdpFlows } from '../../sync/conntrack';
import { endpoint, planContext, servicePort } from '../../testing/objects';
import { NODE_IP, TestNetwork } from '../../testing/test-network';
import { NftablesApplier, removeTable } from './apply';
import type { PlanContext } from './context';
import { nftRunner, type RunNft } from './nft';
import { Planner } from './plan';

/** Sends from one port for as long as it lives, and tells the answers. */
const UDP_CLIENT = `
const [address, port] = process.argv.slice(1);
const socket = require('node:dgram').createSocket('udp4', (message) => process.stderr.write(message.toString() + '\\n'));
setInterval(() => socket.send('?', Number(port), address), 20);
`;

/** Real packets through real rules. */
describe('nftables rules', () => {
  let network: TestNetwork;
  let nft: RunNft;
  let applier: NftablesApplier;

  beforeAll(async () => {
    network = await TestNetwork.create();
    nft = nftRunner([...network.at('node'), 'nft']);
    applier = new NftablesApplier({ family: 'IPv4', nft, log: silentLogger });
    // What leaves by the default route for an address without a service would be answered.
    await network.run('outside', 'ip', 'addr', 'add', '10.96.0.99/32', 'dev', 'lo');
    await network.serve('outside', 'leaked', '0.0.0.0:80');
  });
  afterAll(() => network.remove());

  const all = (): ReturnType<typeof endpoint>[] => network.pods.map((ip) => endpoint(ip));
  const apply = async (ports: readonly PortState[], context: Partial<PlanContext> = {}): Promise<void> => {
    await applier.apply(new Planner().plan(ports, planContext(context)).ruleset);
  };
  const everyPod = ['pod1', 'pod2', 'pod3'];

  it('leads a ClusterIP to all endpoints, from the node, from pods and from outside', async () => {
    await apply([{ service: servicePort(), endpoints: all() }]);
    expect(await network.askMany('node', '10.96.0.10:80')).toEqual(everyPod);
    expect(await network.askMany('pod1', '10.96.0.10:80')).toEqual(everyPod);
    expect(await network.askMany('outside', '10.96.0.10:80')).toEqual(everyPod);
  });

  it('spreads over many endpoints too', async () => {
    const ports = [80, 81, 82].flatMap((port) => network.pods.map((ip) => endpoint(ip, { port })));
    await apply([{ service: servicePort(), endpoints: [...all(), ...ports] }]);
    // Each of the twelve is chosen by chance: with so many requests, the chance that one pod gets none is one in 10^12.
    expect(await network.askMany('node', '10.96.0.10:80', 300)).toEqual([...everyPod, 'refused']);
  });

  it('lets a pod reach itself by its service', async () => {
    await apply([{ service: servicePort(), endpoints: [endpoint(network.pods[0] ?? '')] }]);
    expect(await network.ask('pod1', '10.96.0.10:80')).toBe('pod1');
  });

  it('leads node ports of the chosen addresses, external and load balancer addresses', async () => {
    const service = servicePort({ nodePort: 30_080, externalIps: ['198.51.100.1'], loadBalancerIps: ['198.51.100.2'] });
    await apply([{ service, endpoints: all() }]);
    expect(await network.askMany('outside', `${NODE_IP}:30080`)).toEqual(everyPod);
    expect(await network.askMany('node', `${NODE_IP}:30080`)).toEqual(everyPod);
    expect(await network.ask('pod2', '10.244.0.1:30080')).toBe('refused');
    expect(await network.askMany('outside', '198.51.100.1:80')).toEqual(everyPod);
    expect(await network.askMany('outside', '198.51.100.2:80')).toEqual(everyPod);
    await apply([{ service, endpoints: all() }], { nodePortIps: 'all' });
    expect(await network.askMany('pod2', '10.244.0.1:30080')).toEqual(everyPod);
    expect(await network.ask('node', '127.0.0.1:30080')).toBe('refused');
  });

  it('refuses what has no endpoints or no service, and lets nothing leave', async () => {
    await removeTable(nft, 'IPv4');
    await applier.verify();
    expect(await network.ask('node', '10.96.0.99:80')).toBe('leaked');
    const empty = servicePort({ nodePort: 30_080, externalIps: ['198.51.100.1'] });
    await apply([{ service: empty, endpoints: [] }]);
    expect(await network.ask('node', '10.96.0.10:80')).toBe('refused');
    expect(await network.ask('pod1', '10.96.0.10:80')).toBe('refused');
    expect(await network.ask('outside', `${NODE_IP}:30080`)).toBe('refused');
    await apply([{ service: servicePort({ port: 81 }), endpoints: all() }]);
    expect(await network.ask('node', '10.96.0.10:80')).toBe('refused');
    expect(await network.ask('pod1', '10.96.0.10:80')).toBe('refused');
    expect(await network.ask('node', '10.96.0.99:80')).toBe('silent');
    expect(await network.ask('pod1', '10.96.0.99:80')).toBe('silent');
  });

  it('keeps a client at one endpoint with the affinity ClientIP, also over a new start', async () => {
    const ports = [{ service: servicePort({ affinitySeconds: 60 }), endpoints: all() }];
    await apply(ports);
    const [first, ...others] = [await network.ask('pod1', '10.96.0.10:80'), ...(await network.askMany('pod1', '10.96.0.10:80'))];
    expect(others).toEqual([first]);
    applier = new NftablesApplier({ family: 'IPv4', nft, log: silentLogger });
    await apply(ports);
    expect(await network.askMany('pod1', '10.96.0.10:80')).toEqual([first]);
    await apply([{ service: servicePort({ affinitySeconds: 30 }), endpoints: all() }]);
    expect(await network.askMany('pod1', '10.96.0.10:80')).toHaveLength(1);
  });

  it('stays on the node with the policy Local', async () => {
    const [one = '', two = '', three = ''] = network.pods;
    const endpoints = [endpoint(one), endpoint(two, { isLocal: false }), endpoint(three, { isLocal: false })];
    const service = servicePort({ nodePort: 30_080, externalPolicyLocal: true, internalPolicyLocal: true });
    await apply([{ service, endpoints }]);
    expect(await network.askMany('pod2', '10.96.0.10:80')).toEqual(['pod1']);
    expect(await network.askMany('outside', `${NODE_IP}:30080`)).toEqual(['pod1']);
    // The node and its pods take the short cut to all endpoints.
    expect(await network.askMany('node', `${NODE_IP}:30080`)).toEqual(everyPod);
    expect(await network.askMany('pod2', `${NODE_IP}:30080`)).toEqual(everyPod);
    await apply([{ service, endpoints: endpoints.slice(1) }]);
    expect(await network.ask('pod2', '10.96.0.10:80')).toBe('silent');
    expect(await network.ask('outside', `${NODE_IP}:30080`)).toBe('silent');
  });

  it('drops what loadBalancerSourceRanges do not name', async () => {
    const service = servicePort({ loadBalancerIps: ['198.51.100.2'], sourceRanges: ['203.0.113.0/24'] });
    await apply([{ service, endpoints: all() }]);
    expect(await network.ask('outside', '198.51.100.2:80')).toBe('silent');
    await apply([{ service: { ...service, sourceRanges: ['192.0.2.0/24', '192.0.2.2/32'] }, endpoints: all() }]);
    expect(await network.askMany('outside', '198.51.100.2:80')).toEqual(everyPod);
  });

  it('repairs what somebody else took away, and makes anything into its own', async () => {
    const ports = [{ service: servicePort(), endpoints: all() }];
    await apply(ports);
    await nft(['delete', 'table', 'ip', 'kube-proxy']);
    await applier.verify();
    await apply(ports);
    expect(await network.askMany('node', '10.96.0.10:80')).toEqual(everyPod);
    await nft(['-f', '-'], 'table ip kube-proxy {\n map stray { type ipv4_addr : verdict; }\n chain old/chain { drop; }\n}\n');
    applier = new NftablesApplier({ family: 'IPv4', nft, log: silentLogger });
    expect(await applier.apply(new Planner().plan(ports, planContext()).ruleset)).toBe('full');
    expect(await nft(['list', 'table', 'ip', 'kube-proxy'])).not.toContain('stray');
    expect(await network.askMany('node', '10.96.0.10:80')).toEqual(everyPod);
  });

  it('leads a UDP client that keeps its port to another endpoint when its own has gone', async () => {
    const answer = 'require("dgram").createSocket("udp4", (m, r) => s.send(process.argv[1], r.port, r.address))';
    for (const pod of ['pod1', 'pod2'] as const) network.start(pod, process.execPath, '-e', `const s = ${answer}.bind(53)`, pod);
    const client = network.start('pod3', process.execPath, '-e', UDP_CLIENT, '10.96.0.10', '53');
    let answers = '';
    client.stderr?.on('data', (chunk: Buffer) => (answers += chunk.toString()));
    const udp = servicePort({ protocol: 'udp', port: 53 });
    const state = (pod: number): PortState => ({ service: udp, endpoints: [endpoint(network.pods[pod] ?? '', { port: 53 })] });
    const conntrack: RunConntrack = async (args) => {
      await network.run('node', 'conntrack', ...args);
      return { code: 0, text: '' };
    };
    await apply([state(0)]);
    await eventually(() => answers.includes('pod1'));
    await apply([state(1)]);
    expect(answers).not.toContain('pod2');
    await deleteUdpFlows(staleUdpFlows([state(0)], [state(1)]), { family: 'IPv4', conntrack, log: silentLogger });
    await eventually(() => answers.includes('pod2'));
  });

  it('is gone after cleanup', async () => {
    await removeTable(nft, 'IPv4');
    await removeTable(nft, 'IPv4');
    expect(await nft(['list', 'ruleset'])).toBe('');
  });
});
