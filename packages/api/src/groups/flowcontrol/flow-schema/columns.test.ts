import type { flowcontrolv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'FlowSchema' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of flow schemas', () => {
  it.each<[what: string, object: flowcontrolv1.FlowSchema, cells: unknown[]]>([
    [
      'full',
      {
        ...head,
        metadata,
        spec: { priorityLevelConfiguration: { name: 'p' }, matchingPrecedence: 9, distinguisherMethod: { type: 'ByUser' } },
        status: { conditions: [{ type: 'Dangling', status: 'False' }] },
      },
      ['a', 'p', 9, 'ByUser', '60m', 'False'],
    ],
    [
      'not looked at yet',
      { ...head, metadata, spec: { priorityLevelConfiguration: { name: 'p' } } },
      ['a', 'p', 0, '<none>', '60m', '?'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
