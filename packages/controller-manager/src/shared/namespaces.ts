import { hasReason } from '@typekube/apimachinery';
import type { Namespace } from './objects';
import { isNamespaceTerminating } from './pod-control';

/** Things can be made in it. */
export function isNamespaceActive({ metadata, status }: Namespace): boolean {
  return !metadata.deletionTimestamp && status?.phase !== 'Terminating';
}

/** Makes something that every namespace has: another may have been faster, and the namespace may be going. */
export async function ensureCreated(create: Promise<unknown>): Promise<void> {
  try {
    await create;
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists') && !hasReason(error, 'NotFound') && !isNamespaceTerminating(error)) throw error;
  }
}
