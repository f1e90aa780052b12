import {
  difference,
  type FieldManager,
  hasField,
  type ManagedFieldsEntry,
  managerKey,
  readStoredManagers,
  singleField,
  withFields,
  writeManagers,
} from '@typekube/apimachinery';
import type { FieldNames, ResourceDefinition, ServedVersion } from '@typekube/api';

const SCALE_VERSION = 'autoscaling/v1';
const SCALE_REPLICAS = ['f:spec', 'f:replicas'];

/** Where the number of replicas stands in each version of a kind: null in one that cannot be scaled. */
export type ReplicasPaths = ReadonlyMap<string, readonly string[] | null>;

export function replicasPaths({ group, versions, subresources }: ResourceDefinition): ReplicasPaths {
  const paths = versions.map((version): [string, readonly string[] | null] => {
    const path = replicasPathOf(version, subresources);
    return [group ? `${group}/${version.version}` : version.version, path ? path.map((name) => `f:${name}`) : null];
  });
  return new Map(paths);
}

function replicasPathOf({ custom }: ServedVersion, subresources: ResourceDefinition['subresources']): FieldNames | undefined {
  const scale = (custom?.parts.subresources ?? subresources)['scale'];
  return scale?.type === 'scale' ? scale.replicasPath : undefined;
}

/** The managers of an object as its scale has them: those of the number of replicas. (managedfields' ScaleHandler) */
export function scaleManagers(entries: ManagedFieldsEntry[] | undefined, paths: ReplicasPaths): ManagedFieldsEntry[] | undefined {
  const managers = readStoredManagers(entries).flatMap((manager) => {
    const path = paths.get(manager.apiVersion);
    if (!path || !hasField(manager.fields, path)) return [];
    return [{ ...withFields(manager, singleField(SCALE_REPLICAS)), apiVersion: SCALE_VERSION }];
  });
  return writeManagers(managers);
}

/**
 * The managers of the object after its scale has been written: who does not have the number any more there does not have it here, and who has it there has it
 * here, in the version that was asked for. As upstream, nothing is said of when.
 */
export function parentManagers(
  entries: ManagedFieldsEntry[] | undefined,
  scaleEntries: ManagedFieldsEntry[] | undefined,
  { apiVersion, paths }: { readonly apiVersion: string; readonly paths: ReplicasPaths },
): ManagedFieldsEntry[] | undefined {
  const scaling = readStoredManagers(scaleEntries).filter(({ fields }) => hasField(fields, SCALE_REPLICAS));
  const scalers = new Map(scaling.map((scaler) => [managerKey(scaler), scaler]));
  const managers: FieldManager[] = [];
  for (const manager of readStoredManagers(entries)) {
    const path = paths.get(manager.apiVersion);
    if (path === undefined) continue;
    // Who has the number in both has it in the version in which it was written.
    if (!path || !hasField(manager.fields, path) || scalers.delete(managerKey({ ...manager, apiVersion: SCALE_VERSION }))) {
      managers.push(manager);
      continue;
    }
    const fields = difference(manager.fields, singleField(path));
    if (fields && Object.keys(fields).length > 0) managers.push(withFields(manager, fields));
  }
  const path = paths.get(apiVersion);
  const added = path ? [...scalers.values()].map((scaler) => ({ ...withFields(scaler, singleField(path)), apiVersion, time: undefined })) : [];
  return writeManagers([...managers, ...added]);
}
