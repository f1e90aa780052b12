import type { certificatesv1beta1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'certificates.k8s.io/v1beta1', kind: 'PodCertificateRequest' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };
const spec = {
  podName: 'p',
  podUID: 'u',
  serviceAccountName: 's',
  serviceAccountUID: 'u',
  nodeName: 'n',
  nodeUID: 'u',
  signerName: 'k.io/s',
  stubPKCS10Request: '',
};

describe('the columns of pod certificate requests', () => {
  it.each<[what: string, object: certificatesv1beta1.PodCertificateRequest, cells: unknown[]]>([
    ['pending', { ...head, metadata, spec }, ['a', 'p', 's', 'n', 'k.io/s', 'Pending', '<none>']],
    [
      'issued',
      {
        ...head,
        metadata,
        spec: { ...spec, unverifiedUserAnnotations: { b: '2', a: '1' } },
        status: {
          conditions: [{ type: 'Issued', status: 'True', reason: '', message: '', lastTransitionTime: '2026-01-10T11:00:00Z' }],
        },
      },
      ['a', 'p', 's', 'n', 'k.io/s', 'Issued', 'a=1,b=2'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
