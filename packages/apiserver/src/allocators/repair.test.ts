import { systemClock } from '@typekube/component-base';
import { SystemClient } from '../bootstrap/system-client';
import { EventRecorder } from '../bootstrap/event-recorder';
import { TestCluster } from '../testing/test-cluster';
import { IpAllocator } from './ip-allocator';
import { NODE_PORTS_KEY, PortRegistry } from './port-registry';
import { IpRepair } from './repair-ips';
import { PortRepair } from './repair-ports';

const ADDRESSES = '/apis/networking.k8s.io/v1/ipaddresses';

/** A cluster with repairs that run when told, and a clock of their own. */
class Fixture {
  now = systemClock.now();
  readonly lines: string[] = [];
  readonly ports: PortRegistry;
  readonly portRepair: PortRepair;
  readonly ipRepair: IpRepair;

  constructor(readonly cluster: TestCluster) {
    const core = (): TestCluster['server']['server']['core'] => cluster.server.server.core;
    const client = new SystemClient(core);
    const log = { error: (message: string): void => void this.lines.push(message) };
    const events = new EventRecorder(client, 'test', log);
    const mostRecent = (): Promise<void> => core().barrier.mostRecent();
    this.ports = new PortRegistry(cluster.server.store, { base: 30_000, size: 2768 });
    this.portRepair = new PortRepair({ ports: this.ports, client, mostRecent, events, log });
    const addresses = new IpAllocator({ core, client });
    this.ipRepair = new IpRepair({ addresses, client, mostRecent, events, now: () => this.now, log });
  }

  async eventReasons(): Promise<string[]> {
    const { body } = await this.cluster.server.request('GET', '/api/v1/events');
    return body.items.map(({ reason }) => reason ?? '');
  }
}

describe('repair', () => {
  let cluster: TestCluster;
  let fixture: Fixture;
  beforeEach(async () => {
    cluster = await TestCluster.start();
    fixture = new Fixture(cluster);
  });
  afterEach(() => cluster.stop());

  it('frees a port that has leaked at the third look', async () => {
    await fixture.ports.change((ports) => ports.take(30_100));
    const seen: number[][] = [];
    for (let look = 1; look <= 3; look += 1) {
      await fixture.portRepair.runOnce();
      seen.push((await fixture.ports.read()).taken());
    }
    expect(seen).toEqual([[30_100], [30_100], []]);
    expect(fixture.lines).toEqual([
      'the node port 30100 may have leaked: flagging for later clean up',
      'the node port 30100 appears to have leaked: cleaning up',
    ]);
  });

  it('takes a port that a service has and nobody knows of', async () => {
    await cluster.createService('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_100 }] });
    await fixture.ports.change((ports) => ports.release(30_100));
    await fixture.portRepair.runOnce();
    expect((await fixture.ports.read()).taken()).toEqual([30_100]);
    expect(fixture.lines).toEqual(['the node port 30100 for service a/default is not allocated; repairing']);
    expect(await fixture.eventReasons()).toEqual(['PortNotAllocated']);
  });

  it('goes over to another range', async () => {
    await cluster.createService('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_100 }] });
    const registry = new PortRegistry(cluster.server.store, { base: 30_100, size: 10 });
    await registry.rebuild((stored) => {
      expect(stored.taken()).toEqual([30_100]);
      return fixture.ports.read();
    });
    const { kv } = await cluster.server.store.get(NODE_PORTS_KEY);
    expect(kv?.value.toString()).toContain('30000-32767');
  });

  it('frees an address whose service never came, after a minute', async () => {
    await cluster.server.request('POST', ADDRESSES, {
      metadata: {
        name: '10.0.0.77',
        labels: { 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io', 'ipaddress.kubernetes.io/ip-family': 'IPv4' },
      },
      spec: { parentRef: { resource: 'services', namespace: 'default', name: 'gone' } },
    });
    await fixture.ipRepair.runOnce();
    expect(await cluster.addresses()).toEqual(['10.0.0.77']);
    fixture.now += 62_000;
    await fixture.ipRepair.runOnce();
    expect([await cluster.addresses(), fixture.lines]).toEqual([[], ['IPAddress 10.0.0.77 appears to have leaked: cleaning up']]);
  });

  it('takes an address that a service has and nobody knows of, and mends a wrong reference', async () => {
    await cluster.createService('a', { clusterIP: '10.0.0.7' });
    await cluster.createService('b', { clusterIP: '10.0.0.8' });
    await cluster.server.request('DELETE', `${ADDRESSES}/10.0.0.7`);
    await cluster.server.request('DELETE', `${ADDRESSES}/10.0.0.8`);
    await cluster.server.request('POST', ADDRESSES, {
      metadata: { name: '10.0.0.8' }, spec: { parentRef: { resource: 'pods', namespace: 'default', name: 'p' } },
    });
    await fixture.ipRepair.runOnce();
    const { body } = await cluster.server.request('GET', ADDRESSES);
    expect(body.items.slice(1).map(({ spec }) => (spec['parentRef'] as { name: string }).name)).toEqual(['a', 'b']);
    expect((await fixture.eventReasons()).sort()).toEqual(['ClusterIPNotAllocated', 'ClusterIPNotAllocated']);
    const mended = fixture.lines.length;
    await fixture.ipRepair.runOnce();
    expect(fixture.lines).toHaveLength(mended);
  });

  it('leaves addresses of others alone', async () => {
    await cluster.server.request('POST', ADDRESSES, {
      metadata: { name: '192.168.0.1' }, spec: { parentRef: { resource: 'gateways', group: 'x.io', name: 'g' } },
    });
    fixture.now += 62_000;
    await fixture.ipRepair.runOnce();
    expect(await cluster.addresses()).toEqual(['192.168.0.1']);
  });
});
