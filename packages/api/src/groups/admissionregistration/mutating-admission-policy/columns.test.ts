import type { admissionregistrationv1beta1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'admissionregistration.k8s.io/v1beta1', kind: 'MutatingAdmissionPolicy' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of mutating admission policies', () => {
  it.each<[what: string, object: admissionregistrationv1beta1.MutatingAdmissionPolicy, cells: unknown[]]>([
    [
      'with parameters',
      { ...head, metadata, spec: { mutations: [{ patchType: 'JSONPatch' }], paramKind: { apiVersion: 'k.io/v1', kind: 'P' } } },
      ['a', 1, 'k.io/v1/P', '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
