import { controllerOf } from '@typekube/client';
import type { Cached } from './objects';

/** The index of dependents by the UID of the controller that has them; those that none has stand under `orphan/NAMESPACE`. */
export const BY_CONTROLLER = 'controller';

export function controllerIndex(object: Cached): string[] {
  return [controllerOf(object)?.uid ?? orphansOf(object.metadata.namespace ?? '')];
}

/** Where the orphans of a namespace stand in the index. */
export function orphansOf(namespace: string): string {
  return `orphan/${namespace}`;
}
