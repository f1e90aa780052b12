import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { appsv1 } from '../../../types';
import type { OwnerReference } from '@typekube/apimachinery';

export const table = defineTable<appsv1.ControllerRevision>(
  nameColumn,
  text('Controller', 'Controller of the object', ({ metadata }) => controllerText(metadata.ownerReferences)),
  text('Revision', 'Revision indicates the revision of the state represented by Data.', ({ revision }) => revision),
  ageColumn,
);

/** `statefulset.apps/web`: the controller among the owners. */
function controllerText(owners: readonly OwnerReference[] | undefined): string {
  const owner = owners?.find(({ controller }) => controller);
  if (!owner) return '<none>';
  const [group] = owner.apiVersion.includes('/') ? owner.apiVersion.split('/') : [''];
  return `${[owner.kind, group].filter(Boolean).join('.').toLowerCase()}/${owner.name}`;
}
