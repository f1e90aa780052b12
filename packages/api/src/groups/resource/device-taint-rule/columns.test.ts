import type { resourcev1alpha3 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'resource.k8s.io/v1alpha3', kind: 'DeviceTaintRule' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of device taint rules', () => {
  it.each<[what: string, object: resourcev1alpha3.DeviceTaintRule, cells: unknown[]]>([
    [
      'full',
      {
        ...head,
        metadata,
        spec: { taint: { key: 'k', value: 'v', effect: 'NoSchedule', timeAdded: '2026-01-10T11:58:00Z' } },
      },
      ['a', 'k', 'v', 'NoSchedule', '2m', '60m'],
    ],
    ['bare', { ...head, metadata, spec: { taint: { key: 'k', effect: 'NoExecute' } } }, ['a', 'k', '', 'NoExecute', '', '60m']],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
