import { parseFlags } from '@typekube/component-base';
import { program } from './flags';

it.each([
  ['--mirroring-max-endpoints-per-subset=0', 'must not be less than 1, but got 0'],
  ['--mirroring-max-endpoints-per-subset=1001', 'must not be more than 1000, but got 1001'],
  ['--mirroring-concurrent-service-endpoint-syncs=51', 'must not be more than 50, but got 51'],
  // Endpoints without a slice to hold them would never end.
  ['--max-endpoints-per-slice=0', 'must not be less than 1, but got 0'],
  ['--concurrent-service-endpoint-syncs=0', 'must not be less than 1, but got 0'],
])('refuses %s', (flag, expected) => {
  expect(() => parseFlags(program, [flag])).toThrow(expected);
});

it('takes the bounds', () => {
  const outcome = parseFlags(program, ['--mirroring-max-endpoints-per-subset=1', '--max-endpoints-per-slice=1000']);
  expect(outcome).toMatchObject({ options: { network: { mirroringMaxEndpointsPerSubset: 1, maxEndpointsPerSlice: 1000 } } });
});
