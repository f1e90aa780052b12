import type { admissionregistrationv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicyBinding' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };
const policy = { policyName: 'p', validationActions: ['Deny'] };

describe('the columns of validating admission policy bindings', () => {
  it.each<[what: string, object: admissionregistrationv1.ValidatingAdmissionPolicyBinding, cells: unknown[]]>([
    ['no parameters', { ...head, metadata, spec: { ...policy } }, ['a', 'p', '<unset>', '60m']],
    ['by name', { ...head, metadata, spec: { ...policy, paramRef: { name: 'x' } } }, ['a', 'p', '*/x', '60m']],
    [
      'in a namespace',
      { ...head, metadata, spec: { ...policy, paramRef: { name: 'x', namespace: 'n' } } },
      ['a', 'p', 'n/x', '60m'],
    ],
    [
      'by a selector, as Go prints it',
      {
        ...head,
        metadata,
        spec: {
          ...policy,
          paramRef: {
            selector: {
              matchLabels: { b: '2', a: '1' },
              matchExpressions: [{ key: 'k', operator: 'In', values: ['x', 'y'] }],
            },
          },
        },
      },
      [
        'a',
        'p',
        '&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},' +
          'MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:k,Operator:In,Values:[x y],},},}',
        '60m',
      ],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
