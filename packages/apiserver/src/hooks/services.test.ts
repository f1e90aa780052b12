import { NODE_PORTS_KEY } from '../allocators/port-registry';
import { TestCluster } from '../testing/test-cluster';

interface Spec {
  type: string;
  clusterIP?: string;
  clusterIPs?: string[];
  ipFamilies?: string[];
  ipFamilyPolicy?: string;
  healthCheckNodePort?: number;
  ports: { nodePort?: number }[];
}

const specOf = (answer: { body: { spec: object } }): Spec => answer.body.spec as Spec;
const portsOf = (spec: Spec): (number | undefined)[] => spec.ports.map(({ nodePort }) => nodePort);

/** The node ports that the store has as taken. */
async function takenPorts(cluster: TestCluster): Promise<number[]> {
  const { kv } = await cluster.server.store.get(NODE_PORTS_KEY);
  const { data } = JSON.parse(kv?.value.toString() ?? '{}') as { data: string };
  const bits = BigInt(`0x${Buffer.from(data, 'base64').toString('hex') || '0'}`);
  return Array.from({ length: 2768 }, (_, i) => i).filter((i) => (bits >> BigInt(i)) & 1n).map((i) => 30_000 + i);
}

describe('services of a cluster with one address family', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(() => cluster.stop());

  it('takes an address of the upper part of the range, with its IPAddress, and gives it back', async () => {
    const created = await cluster.createService('a');
    const { clusterIP = '', ...spec } = specOf(created);
    expect([created.status, spec]).toEqual([201, expect.objectContaining({ clusterIPs: [clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' })]);
    expect(Number(clusterIP.split('.')[3])).toBeGreaterThanOrEqual(17);
    const { body } = await cluster.server.request('GET', `/apis/networking.k8s.io/v1/ipaddresses/${clusterIP}`);
    expect(body.metadata.labels).toEqual({
      'ipaddress.kubernetes.io/ip-family': 'IPv4',
      'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
    });
    expect(body.spec).toEqual({ parentRef: { resource: 'services', namespace: 'default', name: 'a' } });
    await cluster.deleteService('a');
    expect(await cluster.addresses()).toEqual([]);
  });

  it.each<[why: string, spec: object, message: string]>([
    ['an address that is taken', { clusterIP: '10.0.0.1' },
      'spec.clusterIPs: Invalid value: ["10.0.0.1"]: failed to allocate IP 10.0.0.1: provided IP is already allocated'],
    ['one of no range', { clusterIP: '10.9.0.1' },
      'spec.clusterIPs: Invalid value: ["10.9.0.1"]: failed to allocate IP 10.9.0.1: the provided network does not match the current range'],
    ['the address of the network', { clusterIP: '10.0.0.0' },
      'spec.clusterIPs: Invalid value: ["10.0.0.0"]: failed to allocate IP 10.0.0.0: the provided network does not match the current range'],
    ['a family that the cluster lacks', { ipFamilies: ['IPv6'] },
      'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'],
    ['an address of such a family', { clusterIP: 'fd00::1' },
      'spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster'],
    ['two families', { ipFamilyPolicy: 'RequireDualStack' },
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services'],
    ['a port of no range', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] },
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767'],
  ])('refuses %s and takes nothing', async (_, spec, message) => {
    const before = await takenPorts(cluster);
    const { status, body } = await cluster.createService('bad', spec as Record<string, unknown>);
    expect([status, body.message]).toEqual([422, `Service "bad" is invalid: ${message}`]);
    expect([await cluster.addresses(), await takenPorts(cluster)]).toEqual([[], before]);
  });

  it('gives back what it took for a service that is refused or exists', async () => {
    await cluster.createService('a', { type: 'NodePort', clusterIP: '10.0.0.5' });
    const before = await takenPorts(cluster);
    expect((await cluster.createService('a', { type: 'NodePort' })).status).toBe(409);
    expect((await cluster.createService('b', { type: 'NodePort', sessionAffinity: 'bad' })).status).toBe(422);
    expect((await cluster.patchService('a', { type: 'LoadBalancer', externalTrafficPolicy: 'bad' })).status).toBe(422);
    expect([await cluster.addresses(), await takenPorts(cluster)]).toEqual([['10.0.0.5'], before]);
    await cluster.deleteService('a');
    expect(await takenPorts(cluster)).toEqual([]);
  });

  it('does not take an address that the strategy cannot keep', async () => {
    const { body } = await cluster.createService('a', { type: 'ExternalName', externalName: 'x.y', clusterIP: '10.0.0.9' });
    expect(body.code).toBe(422);
    expect(await cluster.addresses()).toEqual([]);
  });

  it('takes nothing in a dry run', async () => {
    const before = await takenPorts(cluster);
    const spec = specOf(await cluster.createService('a', { type: 'NodePort' }, '?dryRun=All'));
    expect([spec.clusterIP, portsOf(spec)]).toEqual(['10.0.0.0', [32_769]]);
    expect([await cluster.addresses(), await takenPorts(cluster)]).toEqual([[], before]);
  });

  it('changes what it holds with its type', async () => {
    await cluster.createService('a');
    const nodePort = specOf(await cluster.patchService('a', { type: 'NodePort' }));
    expect(portsOf(nodePort)).toEqual(await takenPorts(cluster));
    const loadBalancer = specOf(await cluster.patchService('a', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }));
    expect([...portsOf(loadBalancer), loadBalancer.healthCheckNodePort].sort()).toEqual(await takenPorts(cluster));
    expect(loadBalancer.clusterIP).toBe(nodePort.clusterIP);
    const plain = specOf(await cluster.patchService('a', { type: 'ClusterIP' }));
    expect([plain.healthCheckNodePort, portsOf(plain), await takenPorts(cluster)]).toEqual([undefined, [undefined], []]);
    const external = specOf(await cluster.patchService('a', { type: 'ExternalName', externalName: 'x.y' }));
    expect([external.clusterIP, await cluster.addresses()]).toEqual([undefined, []]);
    const again = specOf(await cluster.patchService('a', { type: 'ClusterIP', externalName: null }));
    expect([again.clusterIP]).toEqual(await cluster.addresses());
    await cluster.deleteService('a');
  });

  it('gives both protocols of a port one node port', async () => {
    const ports = [{ name: 'a', port: 53, protocol: 'TCP' }, { name: 'b', port: 53, protocol: 'UDP' }, { name: 'c', port: 80 }];
    const [tcp, udp, other] = portsOf(specOf(await cluster.createService('a', { type: 'NodePort', ports })));
    expect([tcp === udp, tcp === other, (await takenPorts(cluster)).length]).toEqual([true, false, 2]);
    await cluster.deleteService('a');
    expect(await takenPorts(cluster)).toEqual([]);
  });

  it('replaces a node port and frees the old one', async () => {
    await cluster.createService('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_001 }] });
    await cluster.patchService('a', { ports: [{ port: 80, nodePort: 30_002 }] });
    expect(await takenPorts(cluster)).toEqual([30_002]);
    const { body } = await cluster.createService('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_002 }] });
    expect(body.message).toBe('Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 30002: provided port is already allocated');
    await cluster.deleteService('a');
  });

  it('leaves out node ports of load balancers that want none', async () => {
    const spec = specOf(await cluster.createService('a', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }));
    expect([portsOf(spec), await takenPorts(cluster)]).toEqual([[undefined], []]);
    await cluster.deleteService('a');
  });

  it('gives headless services no address, and selectorless ones both families', async () => {
    const plain = specOf(await cluster.createService('a', { clusterIP: 'None' }));
    const selecting = specOf(await cluster.createService('b', { clusterIP: 'None', selector: { a: 'b' } }));
    expect([plain.ipFamilies, plain.ipFamilyPolicy]).toEqual([['IPv4', 'IPv6'], 'RequireDualStack']);
    expect([selecting.ipFamilies, selecting.ipFamilyPolicy, await cluster.addresses()]).toEqual([['IPv4'], 'SingleStack', []]);
    await Promise.all(['a', 'b'].map((name) => cluster.deleteService(name)));
  });

  it('allocates nothing for a write of the status', async () => {
    await cluster.createService('a');
    const { body } = await cluster.server.request('GET', '/api/v1/namespaces/default/services/a');
    body.spec['type'] = 'NodePort';
    const { status } = await cluster.server.request('PUT', '/api/v1/namespaces/default/services/a/status', body);
    expect([status, await takenPorts(cluster)]).toEqual([200, []]);
    await cluster.deleteService('a');
  });

  it('deletes the endpoints of a deleted service', async () => {
    await cluster.createService('a');
    await cluster.server.request('POST', '/api/v1/namespaces/default/endpoints', { metadata: { name: 'a' } });
    await cluster.deleteService('a');
    expect((await cluster.server.request('GET', '/api/v1/namespaces/default/endpoints/a')).status).toBe(404);
  });

  it('uses further service CIDRs, and none that is not ready', async () => {
    const cidrs = '/apis/networking.k8s.io/v1/servicecidrs';
    await cluster.server.request('POST', cidrs, { metadata: { name: 'more' }, spec: { cidrs: ['10.1.0.0/28'] } });
    expect(specOf(await cluster.createService('a', { clusterIP: '10.1.0.3' })).clusterIP).toBe('10.1.0.3');
    const conditions = [{ type: 'Ready', status: 'False', reason: 'r', message: 'm', lastTransitionTime: '2026-01-01T00:00:00Z' }];
    await cluster.server.patch(`${cidrs}/more/status`, 'merge', { status: { conditions } });
    expect((await cluster.createService('b', { clusterIP: '10.1.0.4' })).status).toBe(422);
    await cluster.deleteService('a');
    expect(await cluster.addresses()).toEqual([]);
  });
});

describe('services of a cluster with two address families', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start({ serviceClusterIpRange: '10.0.0.0/24,fd00:1::/112' });
  });
  afterAll(() => cluster.stop());

  it('is upgraded and downgraded by its policy', async () => {
    const single = specOf(await cluster.createService('a'));
    expect(single.ipFamilies).toEqual(['IPv4']);
    const dual = specOf(await cluster.patchService('a', { ipFamilyPolicy: 'PreferDualStack' }));
    expect([dual.ipFamilies, dual.clusterIPs?.[0], dual.clusterIPs?.length]).toEqual([['IPv4', 'IPv6'], single.clusterIP, 2]);
    expect((await cluster.addresses()).sort()).toEqual([...(dual.clusterIPs ?? [])].sort());
    const refused = await cluster.patchService('a', { clusterIPs: [single.clusterIP] });
    expect(refused.body.message).toContain("must be 'SingleStack' to release the secondary cluster IP");
    const back = specOf(await cluster.patchService('a', { ipFamilyPolicy: 'SingleStack' }));
    expect([back.clusterIPs, await cluster.addresses()]).toEqual([[single.clusterIP], [single.clusterIP]]);
    await cluster.deleteService('a');
  });

  it('takes two addresses or none', async () => {
    const ipFamilyPolicy = 'RequireDualStack';
    const { body } = await cluster.createService('a', { ipFamilyPolicy, clusterIP: '10.0.0.7', clusterIPs: ['10.0.0.7', 'fd00:2::1'] });
    expect([body.message, await cluster.addresses()]).toEqual([expect.stringContaining('failed to allocate IP fd00:2::1'), []]);
    const spec = specOf(await cluster.createService('a', { ipFamilyPolicy, clusterIP: 'fd00:1::7' }));
    expect([spec.ipFamilies, spec.clusterIPs?.[0]]).toEqual([['IPv6', 'IPv4'], 'fd00:1::7']);
    await cluster.deleteService('a');
    expect(await cluster.addresses()).toEqual([]);
  });
});

it('never gives one address or port twice, and says when there is none left', async () => {
  await using cluster = await TestCluster.start();
  const names = Array.from({ length: 300 }, (_, i) => `s${i}`);
  const answers = await Promise.all(names.map((name) => cluster.createService(name, { type: 'NodePort' })));
  const created = answers.filter(({ status }) => status === 201).map(specOf);
  expect(created).toHaveLength(253);
  expect(new Set(created.map(({ clusterIP }) => clusterIP)).size).toBe(253);
  expect(new Set(created.flatMap(portsOf)).size).toBe(253);
  expect(new Set(answers.filter(({ status }) => status !== 201).map(({ status, body }) => `${status} ${body.message}`))).toEqual(
    new Set(['500 Internal error occurred: failed to allocate a serviceIP: range is full']),
  );
  expect(await takenPorts(cluster)).toEqual(created.flatMap(portsOf).sort());
  await cluster.deleteService(names[answers.findIndex(({ status }) => status === 201)] ?? '');
  expect((await cluster.createService('last')).status).toBe(201);
});
