import { defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { networkingv1 } from '../../../types';

export const table = defineTable<networkingv1.IPAddress>(
  nameColumn,
  text(
    'ParentRef',
    'ParentRef references the resource that an IPAddress is attached to. An IPAddress must reference a parent ' +
      'object.',
    ({ spec }) => parentText(spec?.parentRef),
  ),
);

/** `services/default/web`; upstream has no column for the age it also prints. */
function parentText(parent: networkingv1.ParentReference | undefined): string {
  if (!parent) return '<none>';
  const { group, resource, namespace, name } = parent;
  const groupResource = (group ? `${resource}.${group}` : resource).toLowerCase();
  return namespace ? `${groupResource}/${namespace}/${name}` : `${groupResource}/${name}`;
}
