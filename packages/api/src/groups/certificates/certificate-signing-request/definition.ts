import { defineResource } from '../../../registry/define-resource';
import { objectSubresource } from '../../../registry/subresources';
import type { certificatesv1 } from '../../../types';
import { table } from './columns';
import { approvalStrategy, statusStrategy, strategy } from './strategy';

export const certificateSigningRequests = defineResource<certificatesv1.CertificateSigningRequest>({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  shortNames: ['csr'],
  scope: 'Cluster',
  strategy,
  statusStrategy,
  subresources: {
    approval: objectSubresource(approvalStrategy),
  },
  selectableFields: {
    'spec.signerName': (request) => request.spec.signerName,
  },
  table,
});
