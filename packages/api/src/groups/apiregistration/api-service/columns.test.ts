import type { apiregistrationv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };
const spec = { groupPriorityMinimum: 1, versionPriority: 1 };

describe('the columns of API services', () => {
  it.each<[what: string, object: apiregistrationv1.APIService, cells: unknown[]]>([
    ['local', { ...head, metadata, spec }, ['a', 'Local', 'Unknown', '60m']],
    [
      'available',
      {
        ...head,
        metadata,
        spec: { ...spec, service: { namespace: 'n', name: 's' } },
        status: { conditions: [{ type: 'Available', status: 'True', reason: 'Passed' }] },
      },
      ['a', 'n/s', 'True', '60m'],
    ],
    [
      'not available',
      { ...head, metadata, spec, status: { conditions: [{ type: 'Available', status: 'False', reason: 'MissingEndpoints' }] } },
      ['a', 'Local', 'False (MissingEndpoints)', '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
