import { listWithMore } from '../../../shared/columns/list-text';
import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { apiserverinternalv1alpha1 } from '../../../types';

export const table = defineTable<apiserverinternalv1alpha1.StorageVersion>(
  nameColumn,
  text(
    'CommonEncodingVersion',
    'commonEncodingVersion is set to an encoding storage version if all API server instances share that same ' +
      'version. If they don\'t share one storage version, this field is left empty. API servers should finish ' +
      'updating its storageVersionStatus entry before serving write operations, so that this field will be in sync ' +
      'with the reality.',
    ({ status }) => status?.commonEncodingVersion ?? '<unset>',
  ),
  text(
    'StorageVersions',
    'storageVersions lists the reported versions per API server instance.',
    ({ status }) => versionsText(status?.storageVersions),
  ),
  ageColumn,
);

function versionsText(versions: readonly apiserverinternalv1alpha1.ServerStorageVersion[] | undefined): string {
  const list = (versions ?? []).map(({ apiServerID, encodingVersion }) => `${apiServerID ?? ''}=${encodingVersion ?? ''}`);
  return listWithMore(list, { max: 3, none: '<unset>' });
}
