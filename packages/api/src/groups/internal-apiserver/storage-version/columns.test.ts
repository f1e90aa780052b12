import type { apiserverinternalv1alpha1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'internal.apiserver.k8s.io/v1alpha1', kind: 'StorageVersion' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

const server = (apiServerID: string) => ({ apiServerID, encodingVersion: 'v1', decodableVersions: ['v1'] });

describe('the columns of storage versions', () => {
  it.each<[what: string, object: apiserverinternalv1alpha1.StorageVersion, cells: unknown[]]>([
    ['bare', { ...head, metadata, spec: {}, status: {} }, ['a', '<unset>', '<unset>', '60m']],
    [
      'of two servers',
      {
        ...head,
        metadata,
        spec: {},
        status: {
          commonEncodingVersion: 'v1',
          storageVersions: [server('x'), server('y')],
        },
      },
      ['a', 'v1', 'x=v1,y=v1', '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
