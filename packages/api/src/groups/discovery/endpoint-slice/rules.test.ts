import { fieldErrorMessage } from '@typekube/apimachinery';
import type { discoveryv1 } from '../../../types';
import { setDefaults } from './defaults';
import { strategy } from './strategy';
import { validateEndpointSlice, validateEndpointSliceUpdate } from './validate';

type Fields = Partial<discoveryv1.EndpointSlice>;
const slice = (fields: Fields): discoveryv1.EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'a' },
  addressType: 'IPv4',
  ...fields,
});
const endpoint = (fields: Partial<discoveryv1.Endpoint> = {}): Fields => ({
  endpoints: [{ addresses: ['10.0.0.1'], ...fields }],
});
const port = (fields: discoveryv1.EndpointPort): discoveryv1.EndpointPort => ({ name: '', protocol: 'TCP', ...fields });

describe('validateEndpointSlice', () => {
  it.each<[string, Fields, string[]]>([
    ['a good one', { ...endpoint(), ports: [port({ port: 80 })] }, []],
    ['no address type', { addressType: '' }, ['addressType: Required value']],
    [
      'an unknown address type',
      { addressType: 'IP' },
      ['addressType: Unsupported value: "IP": supported values: "FQDN", "IPv4", "IPv6"'],
    ],
    ['no address', endpoint({ addresses: [] }), ['endpoints[0].addresses: Required value: must contain at least 1 address']],
    [
      'an address of the other family',
      endpoint({ addresses: ['2001:db8::1'] }),
      ['endpoints[0].addresses[0]: Invalid value: "2001:db8::1": must be an IPv4 address'],
    ],
    [
      'a loopback',
      endpoint({ addresses: ['127.0.0.1'] }),
      ['endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)'],
    ],
    ['a name', { addressType: 'FQDN', ...endpoint({ addresses: ['a.example.com'] }) }, []],
    [
      'too many addresses',
      endpoint({ addresses: Array.from({ length: 101 }, (_, i) => `10.0.0.${i + 1}`) }),
      ['endpoints[0].addresses: Too many: 101: must have at most 100 items'],
    ],
    [
      'too many endpoints',
      { endpoints: Array.from({ length: 1001 }, () => ({ addresses: ['x'] })) },
      ['endpoints: Too many: 1001: must have at most 1000 items'],
    ],
    ['a bad host name', endpoint({ hostname: '-' }), [expect.stringContaining('endpoints[0].hostname: Invalid value: "-"')]],
    [
      'a zone twice',
      endpoint({ hints: { forZones: [{ name: 'z' }, { name: 'z' }] } }),
      ['endpoints[0].hints.forZones[1].name: Duplicate value: "z"'],
    ],
    [
      'a bad node',
      endpoint({ hints: { forNodes: [{ name: '_' }] } }),
      [expect.stringContaining('endpoints[0].hints.forNodes[0].name: Invalid value: "_"')],
    ],
    ['a port name twice', { ports: [port({ port: 1 }), port({ port: 2 })] }, ['ports[1].name: Duplicate value: ""']],
    ['no protocol', { ports: [{ name: '' }] }, ['ports[0].protocol: Required value']],
  ])('of %s', (_, fields, errors) => {
    expect(validateEndpointSlice(slice(fields)).map(fieldErrorMessage)).toEqual(errors);
  });

  it('keeps the address type, and addresses of the stored slice', () => {
    const old = slice(endpoint({ addresses: ['010.0.0.1'] }));
    expect(validateEndpointSliceUpdate(old, old)).toEqual([]);
    expect(validateEndpointSliceUpdate(slice({ addressType: 'IPv6' }), slice({})).map(fieldErrorMessage)).toEqual([
      'addressType: Invalid value: "IPv6": field is immutable',
    ]);
  });
});

it('fills in names and protocols of ports', () => {
  const object = slice({ ports: [{ port: 80 }] });
  setDefaults(object);
  expect(object.ports).toEqual([{ port: 80, name: '', protocol: 'TCP' }]);
});

it('warns of addresses in odd forms, but not its own controllers', () => {
  const object = slice({ addressType: 'IPv6', ...endpoint({ addresses: ['2001:DB8::1'] }) });
  expect(strategy.warningsOnCreate?.(object)).toEqual([
    'endpoints[0].addresses[0]: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
  ]);
  object.metadata.labels = { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' };
  expect(strategy.warningsOnCreate?.(object)).toEqual([]);
});
