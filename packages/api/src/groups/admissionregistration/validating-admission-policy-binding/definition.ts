import { defineResource } from '../../../registry/define-resource';
import type { admissionregistrationv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const validatingAdmissionPolicyBindings = defineResource<admissionregistrationv1.ValidatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
  categories: ['api-extensions'],
  scope: 'Cluster',
  setDefaults,
  strategy,
  table,
});
