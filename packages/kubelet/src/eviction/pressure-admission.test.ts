import type { PodSpec } from '../objects';
import { podOf } from '../testing/objects';
import { pressureRefusal } from './pressure-admission';
import type { Pressure } from './signals';

const BURSTABLE: Partial<PodSpec> = { containers: [{ name: 'a', image: 'i', resources: { requests: { memory: '1' } } }] };
const TOLERANT: Partial<PodSpec> = { tolerations: [{ key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' }] };
const CRITICAL: Partial<PodSpec> = { priority: 2_000_001_000 };

it.each<[string, Partial<PodSpec>, Pressure[], string | undefined]>([
  ['a node without pressure takes all', {}, [], undefined],
  ['short of memory, none that has asked for none', {}, ['MemoryPressure'], 'The node had condition: [MemoryPressure]. '],
  ['short of memory, one that has asked for some', BURSTABLE, ['MemoryPressure'], undefined],
  ['short of memory, one that tolerates it', TOLERANT, ['MemoryPressure'], undefined],
  ['short of disk, none', BURSTABLE, ['DiskPressure'], 'The node had condition: [DiskPressure]. '],
  ['short of both, none', TOLERANT, ['MemoryPressure', 'DiskPressure'], 'The node had condition: [MemoryPressure DiskPressure]. '],
  ['short of both, one that it cannot be without', CRITICAL, ['MemoryPressure', 'DiskPressure'], undefined],
])('%s', (_what, spec, pressures, message) => {
  expect(pressureRefusal(podOf(['a'], spec), pressures)).toEqual(message && { reason: 'Evicted', message });
});
