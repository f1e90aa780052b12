import { type KubeObject, newNotFound } from '@typekube/apimachinery';
import type { AdmissionAttributes } from './admission';
import type { ObjectSource } from './object-source';

/** Goes on with the namespace of the write. Fails with 404 if there is none; waits only if the cache does not have it yet. */
export function withNamespace<T extends KubeObject>(
  { namespace }: Pick<AdmissionAttributes, 'namespace'>,
  namespaces: ObjectSource<T>,
  use: (namespace: T) => void | Promise<void>,
): void | Promise<void> {
  const mustExist = (found: T | undefined): void | Promise<void> => {
    if (!found) throw newNotFound({ group: '', resource: 'namespaces' }, namespace);
    return use(found);
  };
  const found = namespaces.find('', namespace);
  return found instanceof Promise ? found.then(mustExist) : mustExist(found);
}
