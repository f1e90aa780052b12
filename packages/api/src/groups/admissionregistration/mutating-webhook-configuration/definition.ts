import { defineResource } from '../../../registry/define-resource';
import type { admissionregistrationv1 } from '../../../types';
import { strategy } from './strategy';

export const mutatingWebhookConfigurations = defineResource<admissionregistrationv1.MutatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  categories: ['api-extensions'],
  scope: 'Cluster',
  strategy,
});
