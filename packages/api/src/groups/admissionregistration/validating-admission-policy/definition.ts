import { defineResource } from '../../../registry/define-resource';
import type { admissionregistrationv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const validatingAdmissionPolicies = defineResource<admissionregistrationv1.ValidatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  categories: ['api-extensions'],
  scope: 'Cluster',
  setDefaults,
  strategy,
  statusStrategy,
  table,
});
