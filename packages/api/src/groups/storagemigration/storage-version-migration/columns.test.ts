import type { storagemigrationv1beta1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'storagemigration.k8s.io/v1beta1', kind: 'StorageVersionMigration' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };
const condition = (type: string, status: string) => ({
  type,
  status,
  reason: '',
  message: '',
  lastTransitionTime: '2026-01-10T11:00:00Z',
});

describe('the columns of storage version migrations', () => {
  it.each<[what: string, object: storagemigrationv1beta1.StorageVersionMigration, cells: unknown[]]>([
    ['of the core group', { ...head, metadata, spec: { resource: { group: '', resource: 'pods' } } }, ['a', 'pods', 'Unknown']],
    [
      'done',
      {
        ...head,
        metadata,
        spec: { resource: { group: 'apps', resource: 'deployments' } },
        status: { conditions: [condition('Running', 'False'), condition('Succeeded', 'True')] },
      },
      ['a', 'deployments.apps', 'Succeeded'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
