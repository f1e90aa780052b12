import type { NetworkInterfaceInfo } from 'node:os';
import type { corev1 } from '@typekube/api';
import { nodeIpOf, nodeState } from './node-state';
import { nodePortIps } from './node-port-addresses';
import { podTraffic } from './pod-traffic';

const node: corev1.Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-1', labels: { 'topology.kubernetes.io/zone': 'a' } },
  spec: { podCIDRs: ['10.244.1.0/24', 'fd00:1::/64'] },
  status: {
    addresses: [
      { type: 'ExternalIP', address: '198.51.100.1' },
      { type: 'InternalIP', address: '192.0.2.1' },
      { type: 'InternalIP', address: '2001:DB8::1' },
    ],
  },
};

describe('the own node', () => {
  it('has a zone and addresses', () => {
    const state = nodeState(node);
    expect(state).toMatchObject({ zone: 'a', isEligible: true });
    expect([nodeIpOf(state, 'IPv4', '0.0.0.0'), nodeIpOf(state, 'IPv6', '0.0.0.0')]).toEqual(['192.0.2.1', '2001:db8::1']);
    expect(nodeIpOf(state, 'IPv4', '192.0.2.77')).toBe('192.0.2.77');
  });

  it('is not eligible when it is about to go', () => {
    const taints = [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }];
    expect(nodeState({ ...node, spec: { taints } }).isEligible).toBe(false);
    expect(nodeState({ ...node, metadata: { ...node.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }).isEligible).toBe(
      false,
    );
  });

  it('tells its pods by their network', () => {
    const state = nodeState(node);
    expect(podTraffic({ by: 'NodeCIDR' }, 'IPv6', state)?.isNotLocal).toBe('ip6 saddr != fd00:1::/64');
    expect(podTraffic({ by: 'ClusterCIDR', cidrs: ['10.244.0.0/16'] }, 'IPv4', state)?.isLocal).toBe('ip saddr 10.244.0.0/16');
    expect(podTraffic({ by: 'ClusterCIDR', cidrs: ['10.244.0.0/16'] }, 'IPv6', state)).toBeUndefined();
    expect(podTraffic({ by: 'InterfaceNamePrefix', prefix: 'veth' }, 'IPv4', state)?.isLocal).toBe('iifname "veth*"');
  });
});

describe('nodePortIps', () => {
  const info = (address: string, internal = false): NetworkInterfaceInfo => ({
    address,
    internal,
    family: 'IPv4',
    netmask: '255.255.255.0',
    mac: '00:00:00:00:00:00',
    cidr: null,
  });
  const interfaces = { lo: [info('127.0.0.1', true)], eth0: [info('192.0.2.1'), info('10.0.0.1')], eth1: [info('10.0.0.2')] };

  it.each<[readonly string[], readonly string[] | 'all']>([
    [['primary'], ['192.0.2.1']],
    [['10.0.0.0/8'], ['10.0.0.1', '10.0.0.2']],
    [['127.0.0.0/8'], []],
    [['0.0.0.0/0'], 'all'],
    [['fd00::/8'], 'all'],
    [[], 'all'],
  ])('%j', (selected, expected) => {
    expect(nodePortIps({ family: 'IPv4', selected, nodeIp: '192.0.2.1', interfaces })).toEqual(expected);
  });

  it('has none where the node has no primary address', () => {
    expect(nodePortIps({ family: 'IPv4', selected: ['primary'], nodeIp: undefined, interfaces })).toEqual([]);
  });
});
