import type { corev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'v1', kind: 'ResourceQuota' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of resource quotas', () => {
  it.each<[what: string, object: corev1.ResourceQuota, cells: unknown[]]>([
    ['nothing counted yet', { ...head, metadata }, ['a', '', '', '60m']],
    [
      'requests and limits apart',
      {
        ...head,
        metadata,
        status: {
          hard: { 'requests.cpu': '2', pods: '10', 'limits.memory': '4Gi', 'limits.cpu': '4' },
          used: { pods: '3', 'limits.memory': '1Gi' },
        },
      },
      ['a', 'pods: 3/10, requests.cpu: 0/2', 'limits.cpu: 0/4, limits.memory: 1Gi/4Gi', '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
