import { fieldErrorMessage } from '@typekube/apimachinery';
import type { networkingv1 } from '../../../types';
import { setDefaults } from './defaults';
import { strategy } from './strategy';
import { validateNetworkPolicy } from './validate';

type Spec = networkingv1.NetworkPolicySpec;
const policy = (spec: Spec): networkingv1.NetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'a' },
  spec,
});
const port = (fields: networkingv1.NetworkPolicyPort): Spec => ({ ingress: [{ ports: [fields] }] });
const peer = (fields: networkingv1.NetworkPolicyPeer): Spec => ({ egress: [{ to: [fields] }] });
const PORT = 'spec.ingress[0].ports[0]';
const PEER = 'spec.egress[0].to[0]';

describe('validateNetworkPolicy', () => {
  it.each<[string, Spec, string[]]>([
    ['everything', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, []],
    ['a range of ports', port({ protocol: 'TCP', port: 80, endPort: 90 }), []],
    [
      'an unknown protocol',
      port({ protocol: 'ICMP' }),
      [`${PORT}.protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"`],
    ],
    [
      'a range backwards',
      port({ port: 80, endPort: 79 }),
      [`${PORT}.endPort: Invalid value: 79: must be greater than or equal to \`port\``],
    ],
    [
      'a range of a name',
      port({ port: 'http', endPort: 90 }),
      [`${PORT}.endPort: Invalid value: 90: may not be specified when \`port\` is non-numeric`],
    ],
    [
      'a range from nowhere',
      port({ endPort: 90 }),
      [`${PORT}.endPort: Invalid value: 90: may not be specified when \`port\` is not specified`],
    ],
    ['a port too high', port({ port: 65536 }), [`${PORT}.port: Invalid value: 65536: must be between 1 and 65535, inclusive`]],
    ['pods in namespaces', peer({ podSelector: {}, namespaceSelector: {} }), []],
    ['no peer', peer({}), [`${PEER}: Required value: must specify a peer`]],
    [
      'a network and pods',
      peer({ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }),
      [`${PEER}: Forbidden: may not specify both ipBlock and another peer`],
    ],
    ['a network with a hole', peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }), []],
    [
      'a hole elsewhere',
      peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16'] } }),
      [`${PEER}.ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of \`cidr\``],
    ],
    [
      'a hole as large',
      peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8'] } }),
      [`${PEER}.ipBlock.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of \`cidr\``],
    ],
    ['no network', peer({ ipBlock: { cidr: '' } }), [`${PEER}.ipBlock.cidr: Required value`]],
    [
      'host bits',
      peer({ ipBlock: { cidr: '10.0.0.1/8' } }),
      [`${PEER}.ipBlock.cidr: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length`],
    ],
    [
      'an unknown type',
      { policyTypes: ['Foo'] },
      ['spec.policyTypes[0]: Unsupported value: "Foo": supported values: "Ingress", "Egress"'],
    ],
    [
      'three types',
      { policyTypes: ['Ingress', 'Egress', 'Ingress'] },
      ['spec.policyTypes: Invalid value: ["Ingress","Egress","Ingress"]: may not specify more than two policyTypes'],
    ],
  ])('of %s', (_, spec, errors) => {
    expect(validateNetworkPolicy(policy(spec)).map(fieldErrorMessage)).toEqual(errors);
  });

  it('takes networks of the stored policy as they are', () => {
    const old = policy(peer({ ipBlock: { cidr: '10.0.0.1/8' } }));
    expect(validateNetworkPolicy(policy({ ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.1/8' } }] }] }), old)).toEqual([]);
    expect(strategy.warningsOnUpdate?.(old, old)).toEqual([
      `${PEER}.ipBlock.cidr: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)`,
    ]);
  });
});

it.each<[string, Spec, Spec]>([
  ['nothing', {}, { policyTypes: ['Ingress'] }],
  ['egress rules', { egress: [{}] }, { policyTypes: ['Ingress', 'Egress'] }],
  ['no egress', { egress: [] }, { policyTypes: ['Ingress'] }],
  ['a port', port({ port: 80 }), { ingress: [{ ports: [{ port: 80, protocol: 'TCP' }] }] }],
])('fills in %s', (_, spec, expected) => {
  const object = policy(spec);
  setDefaults(object);
  expect(object.spec).toMatchObject(expected);
});
