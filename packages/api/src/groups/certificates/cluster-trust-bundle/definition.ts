import { defineResource } from '../../../registry/define-resource';
import { sameFields } from '../../../registry/same-fields';
import type { certificatesv1beta1 } from '../../../types';
import { table } from './columns';
import { strategy } from './strategy';

export const clusterTrustBundles = defineResource<certificatesv1beta1.ClusterTrustBundle>({
  group: 'certificates.k8s.io',
  kind: 'ClusterTrustBundle',
  plural: 'clustertrustbundles',
  scope: 'Cluster',
  versions: [
    {
      version: 'v1beta1',
      deprecationWarning: 'certificates.k8s.io/v1beta1 ClusterTrustBundle is deprecated in v1.36+, unavailable in v1.39+',
    },
    {
      version: 'v1alpha1',
      conversion: sameFields('certificates.k8s.io/v1alpha1', 'certificates.k8s.io/v1beta1'),
      deprecationWarning: 'certificates.k8s.io/v1alpha1 ClusterTrustBundle is deprecated in v1.34+, unavailable in v1.37+',
    },
  ],
  strategy,
  selectableFields: {
    'spec.signerName': (bundle) => bundle.spec.signerName ?? '',
  },
  table,
});
