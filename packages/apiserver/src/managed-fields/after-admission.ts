import { FieldsError, type KubeObject, type ManagedFieldsEntry, readManagers, writeManagers } from '@typekube/apimachinery';
import { setManagers } from './track-update';

const INVALID =
  '.metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating admission controller; please fix your requests';

/** Puts back the managed fields that admission has spoilt, and says so. (fieldmanager's managedFieldsValidatingAdmissionController) */
export function keepManagedFields(object: KubeObject, before: ManagedFieldsEntry[] | undefined, warn: (text: string) => void): void {
  const { managedFields } = object.metadata;
  if (managedFields === before) return;
  try {
    setManagers(object, writeManagers(readManagers(managedFields)));
  } catch (error) {
    if (!(error instanceof FieldsError)) throw error;
    setManagers(object, before);
    warn(`${INVALID}: ${error.message}`);
  }
}
