import { defineResource } from '../../../registry/define-resource';
import type { admissionregistrationv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const validatingWebhookConfigurations = defineResource<admissionregistrationv1.ValidatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  categories: ['api-extensions'],
  scope: 'Cluster',
  setDefaults,
  strategy,
  table,
});
