import type { admissionregistrationv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of validating admission policies', () => {
  it.each<[what: string, object: admissionregistrationv1.ValidatingAdmissionPolicy, cells: unknown[]]>([
    ['bare', { ...head, metadata, spec: {} }, ['a', 0, '<unset>', '60m']],
    [
      'with parameters',
      { ...head, metadata, spec: { validations: [{ expression: 'true' }], paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } } },
      ['a', 1, 'v1/ConfigMap', '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
