import { type KubeObject, newBadRequest } from '@typekube/apimachinery';
import type { WriteRequest } from './write-context';

/**
 * Refuses, with 400, an object that is not the one the path names: who may write one name may write no other. (upstream's
 * handlers.checkName)
 */
export function matchName({ name }: WriteRequest, metadata: KubeObject['metadata']): void {
  if (!metadata.name) {
    throw newBadRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (metadata.name !== name) {
    throw newBadRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
}
