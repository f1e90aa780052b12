import { defineResource } from '../../../registry/define-resource';
import { sameFields } from '../../../registry/same-fields';
import type { admissionregistrationv1beta1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const mutatingAdmissionPolicyBindings = defineResource<admissionregistrationv1beta1.MutatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io',
  kind: 'MutatingAdmissionPolicyBinding',
  plural: 'mutatingadmissionpolicybindings',
  categories: ['api-extensions'],
  scope: 'Cluster',
  versions: [
    {
      version: 'v1',
      setDefaults,
      conversion: sameFields('admissionregistration.k8s.io/v1', 'admissionregistration.k8s.io/v1beta1'),
    },
    { version: 'v1beta1', setDefaults },
    {
      version: 'v1alpha1',
      setDefaults,
      conversion: sameFields('admissionregistration.k8s.io/v1alpha1', 'admissionregistration.k8s.io/v1beta1'),
    },
  ],
  storageVersion: 'v1beta1',
  strategy,
  table,
});
