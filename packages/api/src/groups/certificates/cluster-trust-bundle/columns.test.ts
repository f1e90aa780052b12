import type { certificatesv1beta1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'certificates.k8s.io/v1beta1', kind: 'ClusterTrustBundle' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of cluster trust bundles', () => {
  it.each<[what: string, object: certificatesv1beta1.ClusterTrustBundle, cells: unknown[]]>([
    ['of a signer', { ...head, metadata, spec: { signerName: 'k.io/s', trustBundle: '' } }, ['a', 'k.io/s']],
    ['of none', { ...head, metadata, spec: { trustBundle: '' } }, ['a', '<none>']],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
