import { hasReason, type KubeObject, newNotFound } from '@typekube/apimachinery';
import type { AdmissionAttributes, AdmissionPlugin, AdmissionTarget } from '../admission';
import type { AdmissionDependencies } from '../dependencies';

const NAMESPACES = { group: '', plural: 'namespaces' };

/** Upstream's NamespaceExists: nothing is written in a namespace that does not exist. */
export function namespaceExists({ objects }: Pick<AdmissionDependencies, 'objects'>): AdmissionPlugin {
  const namespaces = objects('', 'namespaces');
  return {
    name: 'NamespaceExists',
    handles: (target) => target.operation !== 'CONNECT' && isInNamespace(target),
    validate(attributes) {
      const found = namespaces.find('', attributes.namespace);
      if (found instanceof Promise) return found.then((late) => mustExist(attributes, late));
      mustExist(attributes, found);
    },
  };
}

function mustExist({ namespace }: AdmissionAttributes, found: KubeObject | undefined): void {
  if (!found) throw newNotFound({ group: '', resource: 'namespaces' }, namespace);
}

/** Upstream's NamespaceAutoProvision: a namespace comes into being with the first object that is created in it. */
export function namespaceAutoProvision({ objects, client }: Pick<AdmissionDependencies, 'objects' | 'client'>): AdmissionPlugin {
  const namespaces = objects('', 'namespaces');
  return {
    name: 'NamespaceAutoProvision',
    handles: (target) => target.operation === 'CREATE' && isInNamespace(target),
    admit({ namespace, dryRun }) {
      if (dryRun || namespaces.get('', namespace)) return;
      return provide(client, namespace);
    },
  };
}

/** Somebody else may be faster: the namespace is there all the same. */
async function provide(client: AdmissionDependencies['client'], name: string): Promise<void> {
  try {
    await client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
  }
}

function isInNamespace({ resource }: AdmissionTarget): boolean {
  return resource.namespaced;
}
