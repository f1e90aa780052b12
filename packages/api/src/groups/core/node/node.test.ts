import { fieldErrorMessage } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { setDefaults } from './defaults';
import { strategy } from './strategy';
import { validateNode, validateNodeUpdate } from './validate';

type Fields = Partial<corev1.Node>;
const node = (fields: Fields = {}): corev1.Node => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' }, ...fields });
const taint = (fields: Partial<corev1.Taint> = {}): corev1.Taint => ({ key: 'a.b/c', effect: 'NoSchedule', ...fields });

describe('validateNode', () => {
  it.each<[string, Fields, string[]]>([
    ['a bare one', {}, []],
    ['a taint', { spec: { taints: [taint({ value: 'v' }), taint({ effect: 'NoExecute' })] } }, []],
    [
      'a taint twice',
      { spec: { taints: [taint(), taint()] } },
      [
        'metadata.taints[1]: Duplicate value: {"key":"a.b/c","effect":"NoSchedule"}: taints must be unique by key and effect pair',
      ],
    ],
    ['a taint without effect', { spec: { taints: [taint({ effect: '' })] } }, ['metadata.taints[0].effect: Required value']],
    [
      'a taint of unknown effect',
      { spec: { taints: [taint({ effect: 'Foo' })] } },
      ['metadata.taints[0].effect: Unsupported value: "Foo": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"'],
    ],
    [
      'negative capacity',
      { status: { capacity: { cpu: '-1' } } },
      ['status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0'],
    ],
    ['two stacks', { spec: { podCIDRs: ['10.0.0.0/24', '2001:db8::/64'] } }, []],
    [
      'one stack twice',
      { spec: { podCIDRs: ['10.0.0.0/24', '10.0.0.0/24'] } },
      [
        'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.0.0/24"]: may specify no more than one CIDR for each IP family',
        'spec.podCIDRs[1]: Duplicate value: "10.0.0.0/24"',
      ],
    ],
    [
      'a bad CIDR',
      { spec: { podCIDRs: ['x'] } },
      ['spec.podCIDRs[0]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
    ],
  ])('of %s', (_, fields, errors) => {
    expect(validateNode(node(fields)).map(fieldErrorMessage)).toEqual(errors);
  });
});

describe('validateNodeUpdate', () => {
  it.each<[string, Fields, Fields, string[]]>([
    ['first pod CIDRs', {}, { spec: { podCIDRs: ['10.0.0.0/24'], providerID: 'x' } }, []],
    [
      'other pod CIDRs',
      { spec: { podCIDRs: ['10.0.0.0/24'] } },
      { spec: { podCIDRs: ['10.0.1.0/24'] } },
      ['spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid'],
    ],
    [
      'another provider ID',
      { spec: { providerID: 'x' } },
      { spec: { providerID: 'y' } },
      ['spec.providerID: Forbidden: node updates may not change providerID except from "" to valid'],
    ],
    ['an external ID', {}, { spec: { externalID: 'x' } }, ['spec.externalID: Forbidden: may not be updated']],
    [
      'an address twice',
      {},
      {
        status: {
          addresses: [
            { type: 'InternalIP', address: 'x' },
            { type: 'InternalIP', address: 'x' },
          ],
        },
      },
      ['status.addresses[1]: Duplicate value: {"type":"InternalIP","address":"x"}'],
    ],
    [
      'an empty config source',
      {},
      { spec: { configSource: {} } },
      ['spec.configSource: Invalid value: {}: exactly one reference subfield must be non-nil'],
    ],
  ])('with %s', (_, old, updated, errors) => {
    expect(validateNodeUpdate(node(updated), node(old)).map(fieldErrorMessage)).toEqual(errors);
  });
});

describe('a node that is written', () => {
  it('can allocate all it has, and has one pod CIDR in both fields', () => {
    const object = node({ spec: { podCIDR: '10.0.0.0/24' }, status: { capacity: { cpu: '1' } } });
    setDefaults(object);
    expect(object.status?.allocatable).toEqual({ cpu: '1' });
    expect(object.spec?.podCIDRs).toEqual(['10.0.0.0/24']);
  });

  it('warns of fields without use', () => {
    expect(strategy.warningsOnCreate?.(node({ spec: { externalID: 'x', configSource: {} } }))).toEqual([
      'spec.configSource: the feature is no longer supported',
      'spec.externalID: this field is deprecated, and is unused by Kubernetes',
    ]);
  });
});
