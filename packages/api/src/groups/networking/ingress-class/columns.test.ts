import type { networkingv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of ingress classes', () => {
  it.each<[what: string, object: networkingv1.IngressClass, cells: unknown[]]>([
    ['no parameters', { ...head, metadata, spec: { controller: 'x/y' } }, ['a', 'x/y', '<none>', '60m']],
    [
      'parameters of a group',
      { ...head, metadata, spec: { controller: 'x/y', parameters: { apiGroup: 'k.io', kind: 'Params', name: 'p' } } },
      ['a', 'x/y', 'Params.k.io/p', '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
