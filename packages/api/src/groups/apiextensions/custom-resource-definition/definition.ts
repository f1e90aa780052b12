import { defineResource } from '../../../registry/define-resource';
import type { apiextensionsv1 } from '../../../types';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const customResourceDefinitions = defineResource<apiextensionsv1.CustomResourceDefinition>({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  scope: 'Cluster',
  setDefaults,
  strategy,
  statusStrategy,
});
