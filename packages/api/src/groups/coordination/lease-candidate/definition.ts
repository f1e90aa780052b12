import { defineResource } from '../../../registry/define-resource';
import { sameFields } from '../../../registry/same-fields';
import type { coordinationv1beta1 } from '../../../types';
import { table } from './columns';
import { strategy } from './strategy';

export const leaseCandidates = defineResource<coordinationv1beta1.LeaseCandidate>({
  group: 'coordination.k8s.io',
  kind: 'LeaseCandidate',
  plural: 'leasecandidates',
  scope: 'Namespaced',
  versions: [
    {
      version: 'v1beta1',
      deprecationWarning: 'coordination.k8s.io/v1beta1 LeaseCandidate is deprecated in v1.36+, unavailable in v1.39+',
    },
    {
      version: 'v1alpha2',
      conversion: sameFields('coordination.k8s.io/v1alpha2', 'coordination.k8s.io/v1beta1'),
      deprecationWarning: 'coordination.k8s.io/v1alpha2 LeaseCandidate is deprecated in v1.35+',
    },
  ],
  strategy,
  table,
});
