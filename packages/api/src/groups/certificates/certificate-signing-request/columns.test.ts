import type { certificatesv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };
const condition = (type: string) => ({ type, status: 'True' });
const spec = { request: '', signerName: 'k.io/s', username: 'u' };

describe('the columns of certificate signing requests', () => {
  it.each<[what: string, object: certificatesv1.CertificateSigningRequest, cells: unknown[]]>([
    ['pending', { ...head, metadata, spec }, ['a', '60m', 'k.io/s', 'u', '<none>', 'Pending']],
    [
      'issued',
      {
        ...head,
        metadata,
        spec: { ...spec, expirationSeconds: 86400 },
        status: { conditions: [{ type: 'Approved', status: 'True' }], certificate: 'Yw==' },
      },
      ['a', '60m', 'k.io/s', 'u', '24h', 'Approved,Issued'],
    ],
    [
      'denied before approved',
      { ...head, metadata, spec, status: { conditions: [condition('Approved'), condition('Denied')] } },
      ['a', '60m', 'k.io/s', 'u', '<none>', 'Denied'],
    ],
    [
      'failed',
      { ...head, metadata, spec, status: { conditions: [condition('Approved'), condition('Failed')] } },
      ['a', '60m', 'k.io/s', 'u', '<none>', 'Approved,Failed'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
