import { defineResource } from '../../../registry/define-resource';
import type { certificatesv1beta1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const podCertificateRequests = defineResource<certificatesv1beta1.PodCertificateRequest>({
  group: 'certificates.k8s.io',
  version: 'v1beta1',
  kind: 'PodCertificateRequest',
  plural: 'podcertificaterequests',
  scope: 'Namespaced',
  setDefaults,
  strategy,
  statusStrategy,
  selectableFields: {
    'spec.signerName': (request) => request.spec.signerName,
    'spec.podName': (request) => request.spec.podName,
    'spec.nodeName': (request) => request.spec.nodeName,
  },
  table,
});
