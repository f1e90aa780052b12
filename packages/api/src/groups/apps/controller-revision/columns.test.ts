import type { appsv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'apps/v1', kind: 'ControllerRevision' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of controller revisions', () => {
  it.each<[what: string, object: appsv1.ControllerRevision, cells: unknown[]]>([
    ['no controller', { ...head, metadata, revision: 1 }, ['a', '<none>', 1, '60m']],
    [
      'a stateful set',
      {
        ...head,
        metadata: {
          ...metadata,
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'u', controller: true }],
        },
        revision: 7,
      },
      ['a', 'statefulset.apps/web', 7, '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
