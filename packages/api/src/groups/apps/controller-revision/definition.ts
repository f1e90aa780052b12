import { defineResource } from '../../../registry/define-resource';
import type { appsv1 } from '../../../types';
import { table } from './columns';
import { strategy } from './strategy';

export const controllerRevisions = defineResource<appsv1.ControllerRevision>({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  scope: 'Namespaced',
  strategy,
  table,
});
