import { fieldErrorMessage } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { setDefaults } from './defaults';
import { strategy } from './strategy';
import { validateEndpoints } from './validate';

type Subset = corev1.EndpointSubset;
const endpoints = (...subsets: Subset[]): corev1.Endpoints => ({
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { name: 'a' },
  subsets,
});
const port = (fields: Partial<corev1.EndpointPort> = {}): corev1.EndpointPort => ({ port: 80, protocol: 'TCP', ...fields });
const addresses = [{ ip: '10.0.0.1' }];

describe('validateEndpoints', () => {
  it.each<[string, Subset, string[]]>([
    ['good ones', { addresses, ports: [port()] }, []],
    ['no addresses', { ports: [port()] }, ['subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`']],
    [
      'an IP that is none',
      { addresses: [{ ip: 'x' }] },
      [
        'subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        'subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address',
      ],
    ],
    [
      'a loopback',
      { notReadyAddresses: [{ ip: '127.0.0.1' }] },
      ['subsets[0].notReadyAddresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)'],
    ],
    [
      'ports without names',
      { addresses, ports: [port({ name: 'a' }), port({ port: 81 })] },
      ['subsets[0].ports[1].name: Required value'],
    ],
    [
      'a bad port',
      { addresses, ports: [port({ port: 0 })] },
      ['subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive'],
    ],
    ['no protocol', { addresses, ports: [port({ protocol: '' })] }, ['subsets[0].ports[0].protocol: Required value']],
    [
      'an unknown protocol',
      { addresses, ports: [port({ protocol: 'ICMP' })] },
      ['subsets[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"'],
    ],
  ])('of %s', (_, subset, errors) => {
    expect(validateEndpoints(endpoints(subset)).map(fieldErrorMessage)).toEqual(errors);
  });

  it('takes an address of the stored object as it is', () => {
    const object = endpoints({ addresses: [{ ip: '010.0.0.1' }] });
    expect(validateEndpoints(object)).toHaveLength(1);
    expect(validateEndpoints(object, object)).toEqual([]);
  });

  it('fills in TCP', () => {
    const object = endpoints({ addresses, ports: [{ port: 80 }] });
    setDefaults(object);
    expect(object.subsets?.[0]?.ports).toEqual([{ port: 80, protocol: 'TCP' }]);
  });

  it('warns of addresses in odd forms, but not its own controller', () => {
    const object = endpoints({ addresses: [{ ip: '010.0.0.1' }] });
    expect(strategy.warningsOnCreate?.(object)).toEqual([
      'subsets[0].addresses[0].ip: non-standard IP address "010.0.0.1" will be considered invalid in a future Kubernetes release: ' +
        'use "10.0.0.1"',
    ]);
    object.metadata.labels = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' };
    expect(strategy.warningsOnCreate?.(object)).toEqual([]);
  });
});
