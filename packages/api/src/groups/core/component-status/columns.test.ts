import type { corev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'v1', kind: 'ComponentStatus' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of component statuses', () => {
  it.each<[what: string, object: corev1.ComponentStatus, cells: unknown[]]>([
    ['nothing known', { ...head, metadata }, ['a', 'Unknown', '', '']],
    [
      'well',
      { ...head, metadata, conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }] },
      ['a', 'Healthy', 'ok', ''],
    ],
    [
      'unwell',
      { ...head, metadata, conditions: [{ type: 'Healthy', status: 'False', message: 'm', error: 'e' }] },
      ['a', 'Unhealthy', 'm', 'e'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
