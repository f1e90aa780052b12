import type { corev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'v1', kind: 'PodTemplate' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };
const containers = [
  { name: 'c1', image: 'i1' },
  { name: 'c2', image: 'i2' },
];

describe('the columns of pod templates', () => {
  it.each<[what: string, object: corev1.PodTemplate, cells: unknown[]]>([
    ['bare', { ...head, metadata }, ['a', '', '', '<none>']],
    [
      'full',
      {
        ...head,
        metadata,
        template: { metadata: { labels: { app: 'x' } }, spec: { containers } },
      },
      ['a', 'c1,c2', 'i1,i2', 'app=x'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
