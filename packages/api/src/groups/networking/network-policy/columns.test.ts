import type { networkingv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of network policies', () => {
  it.each<[what: string, object: networkingv1.NetworkPolicy, cells: unknown[]]>([
    ['of all pods', { ...head, metadata, spec: { podSelector: {} } }, ['a', '<none>', '60m']],
    [
      'of some',
      {
        ...head,
        metadata,
        spec: { podSelector: { matchLabels: { b: '1' }, matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] } },
      },
      ['a', '!a,b=1', '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
