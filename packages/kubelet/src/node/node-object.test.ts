import { nodeStatus, type NodeStatusInput } from './node-object';

const input: NodeStatusInput = {
  name: 'n',
  addresses: ['10.0.0.1'],
  capacity: { cpu: '2', pods: '110' },
  allocatable: { cpu: '1500m', pods: '110' },
  info: {
    architecture: 'amd64', bootID: '', containerRuntimeVersion: '', kernelVersion: '', kubeProxyVersion: '', kubeletVersion: '', machineID: '',
    operatingSystem: 'linux', osImage: '', systemUUID: '',
  },
  port: 10250,
  images: [],
  problems: [],
  pressures: [],
  now: '2026-01-01T00:00:00Z',
  old: undefined,
};

it('keeps extended resources that others have given the node, and lets pods have all of them', () => {
  const status = { capacity: { cpu: '64', 'example.com/gpu': '3', 'hugepages-2Mi': '0' }, allocatable: { cpu: '64', 'example.com/gone': '1' } };
  const old = { apiVersion: 'v1' as const, kind: 'Node' as const, metadata: { name: 'n' }, status };
  expect(nodeStatus({ ...input, old })).toMatchObject({
    capacity: { cpu: '2', pods: '110', 'example.com/gpu': '3' },
    allocatable: { cpu: '1500m', pods: '110', 'example.com/gpu': '3' },
  });
  expect(Object.keys(nodeStatus({ ...input, old }).allocatable ?? {})).not.toContain('example.com/gone');
});

it('tells of pressures, and since when', () => {
  const before = nodeStatus({ ...input, now: '2026-01-01T00:00:00Z' });
  const old = { apiVersion: 'v1' as const, kind: 'Node' as const, metadata: { name: 'n' }, status: before };
  const { conditions } = nodeStatus({ ...input, old, pressures: ['DiskPressure'], now: '2026-01-01T00:01:00Z' });
  expect(conditions?.map(({ type, status, reason, lastTransitionTime }) => [type, status, reason, lastTransitionTime])).toEqual([
    ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', '2026-01-01T00:00:00Z'],
    ['DiskPressure', 'True', 'KubeletHasDiskPressure', '2026-01-01T00:01:00Z'],
    ['PIDPressure', 'False', 'KubeletHasSufficientPID', '2026-01-01T00:00:00Z'],
    ['Ready', 'True', 'KubeletReady', '2026-01-01T00:00:00Z'],
  ]);
});
