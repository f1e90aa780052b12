import type { schedulingv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of priority classes', () => {
  it.each<[what: string, object: schedulingv1.PriorityClass, cells: unknown[]]>([
    ['bare', { ...head, metadata, value: 7 }, ['a', 7, false, '60m', '']],
    [
      'the default one',
      { ...head, metadata, value: 7, globalDefault: true, preemptionPolicy: 'Never' },
      ['a', 7, true, '60m', 'Never'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
