import type { admissionregistrationv1beta1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'admissionregistration.k8s.io/v1beta1', kind: 'MutatingAdmissionPolicyBinding' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of mutating admission policy bindings', () => {
  it.each<[what: string, object: admissionregistrationv1beta1.MutatingAdmissionPolicyBinding, cells: unknown[]]>([
    ['bare', { ...head, metadata, spec: { policyName: 'p' } }, ['a', 'p', '<unset>', '60m']],
    ['with parameters', { ...head, metadata, spec: { policyName: 'p', paramRef: { name: 'x' } } }, ['a', 'p', '*/x', '60m']],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
