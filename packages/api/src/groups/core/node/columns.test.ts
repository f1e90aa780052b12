import type { corev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'v1', kind: 'Node' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };
const INFO = {
  architecture: 'amd64',
  bootID: '',
  containerRuntimeVersion: '',
  kernelVersion: '',
  kubeProxyVersion: '',
  kubeletVersion: '',
  machineID: '',
  operatingSystem: 'linux',
  osImage: '',
  systemUUID: '',
};

describe('the columns of nodes', () => {
  it.each<[what: string, object: corev1.Node, cells: unknown[]]>([
    [
      'a bare node',
      { ...head, metadata },
      ['a', 'Unknown', '<none>', '60m', '', '<none>', '<none>', '<unknown>', '<unknown>', '<unknown>'],
    ],
    [
      'a ready one with roles',
      {
        ...head,
        metadata: {
          ...metadata,
          labels: { 'node-role.kubernetes.io/worker': '', 'kubernetes.io/role': 'edge', 'node-role.kubernetes.io/': '' },
        },
        status: {
          conditions: [{ type: 'Ready', status: 'True' }],
          addresses: [
            { type: 'Hostname', address: 'a' },
            { type: 'InternalIP', address: '10.0.0.1' },
            { type: 'ExternalIP', address: '1.1.1.1' },
          ],
          nodeInfo: {
            ...INFO,
            kubeletVersion: 'v1.36.0',
            osImage: 'Debian',
            kernelVersion: '6.1',
            containerRuntimeVersion: 'containerd://2',
          },
        },
      },
      ['a', 'Ready', 'edge,worker', '60m', 'v1.36.0', '10.0.0.1', '1.1.1.1', 'Debian', '6.1', 'containerd://2'],
    ],
    [
      'a cordoned one that is not ready',
      { ...head, metadata, spec: { unschedulable: true }, status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } },
      ['a', 'NotReady,SchedulingDisabled', '<none>', '60m', '', '<none>', '<none>', '<unknown>', '<unknown>', '<unknown>'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
