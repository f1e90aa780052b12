import { type DeleteOptions, hasReason } from '@typekube/apimachinery';
import { deleteObject } from './delete';
import { list, type ListContext, type ListResult } from './list';
import type { ListOptions } from './read-options';
import type { WriteRequest, WriteServices } from './write-context';

/** Deletes under way at once for one request. */
const WORKERS = 8;

/**
 * Deletes every object that a list with the same options would give, and answers with that list. What others delete meanwhile counts as
 * deleted; any other failure ends the request, with part of the objects deleted, as upstream.
 */
export async function deleteCollection(
  request: WriteRequest,
  selection: ListOptions,
  options: DeleteOptions,
  services: ListContext & { readonly writes: WriteServices },
): Promise<ListResult> {
  const found = await list(request.resource, request.namespace, selection, services);
  const names = found.entries.values();
  let hasFailed = false;
  const work = async (): Promise<void> => {
    for (const { name, namespace } of names) {
      if (hasFailed) return;
      try {
        await deleteObject({ ...request, name, namespace }, options, services.writes);
      } catch (error) {
        if (hasReason(error, 'NotFound')) continue;
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return found;
}
