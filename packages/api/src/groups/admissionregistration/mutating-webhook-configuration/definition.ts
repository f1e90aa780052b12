import { defineResource } from '../../../registry/define-resource';
import type { admissionregistrationv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const mutatingWebhookConfigurations = defineResource<admissionregistrationv1.MutatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  categories: ['api-extensions'],
  scope: 'Cluster',
  setDefaults,
  strategy,
  table,
});
