import { defineResource } from '../../../registry/define-resource';
import type { apiregistrationv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const apiServices = defineResource<apiregistrationv1.APIService>({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  categories: ['api-extensions'],
  scope: 'Cluster',
  setDefaults,
  strategy,
  statusStrategy,
  table,
});
