import { jsonEqual, type OwnerReference } from '@typekube/apimachinery';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import { resourceAttributes } from '../authorize';
import type { AdmissionDependencies } from '../dependencies';
import { forbidden } from '../forbidden';

/**
 * Upstream's OwnerReferencesPermissionEnforcement: who changes the owners of an object must be allowed to delete it, and who makes it hold
 * up the deletion of an owner must be allowed to set that one's finalizers.
 */
export function ownerReferencesPermissionEnforcement({ authorizer, endpoints }: AdmissionDependencies): AdmissionPlugin {
  const isAllowed = async (attributes: Parameters<typeof resourceAttributes>[0]): Promise<{ allowed: boolean; reason: string }> => {
    const { decision, reason } = await authorizer.authorize(resourceAttributes(attributes));
    return { allowed: decision === 'Allow', reason };
  };
  return {
    name: 'OwnerReferencesPermissionEnforcement',
    // Pods are deleted by their status, not by their owners.
    handles: ({ operation, resource, subresource }) =>
      (operation === 'CREATE' || operation === 'UPDATE') && !(resource.definition.plural === 'pods' && subresource === 'status'),
    validate(attributes) {
      const [refs, old] = [ownersOf(attributes.object), ownersOf(attributes.oldObject)];
      if (jsonEqual(refs, old)) return;
      return check(attributes, newlyBlocking(refs, old));
    },
  };

  async function check(attributes: AdmissionAttributes, blocking: readonly OwnerReference[]): Promise<void> {
    const { user, resource, version, subresource, namespace, name } = attributes;
    const { group: apiGroup, resource: plural } = resource.groupResource;
    const own = await isAllowed({ user, verb: 'delete', namespace, apiGroup, apiVersion: version, resource: plural, subresource, name });
    if (!own.allowed) throw forbidden(attributes, `cannot set an ownerRef on a resource you can't delete: ${own.reason}, <nil>`);
    for (const ref of blocking) await checkBlocking(attributes, ref);
  }

  async function checkBlocking(attributes: AdmissionAttributes, ref: OwnerReference): Promise<void> {
    const slash = ref.apiVersion.indexOf('/');
    const [apiGroup, apiVersion] = [ref.apiVersion.slice(0, Math.max(slash, 0)), ref.apiVersion.slice(slash + 1)];
    const owners = endpoints.ofKind(apiGroup, ref.kind);
    if (owners.length === 0) {
      const why = `no matches for kind "${ref.kind}" in version "${ref.apiVersion}"`;
      throw forbidden(
        attributes,
        `cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion ${ref.apiVersion} Kind ${ref.kind}: ${why}`,
      );
    }
    for (const owner of owners) {
      const namespace = owner.scope === 'Namespaced' ? attributes.namespace : '';
      const { allowed, reason } = await isAllowed({
        user: attributes.user,
        verb: 'update',
        namespace,
        apiGroup,
        apiVersion,
        resource: owner.plural,
        subresource: 'finalizers',
        name: ref.name,
      });
      if (allowed) continue;
      const why = `cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: ${reason}, <nil>`;
      throw forbidden(attributes, why);
    }
  }
}

function ownersOf(object: AdmissionAttributes['object']): readonly OwnerReference[] {
  return object?.metadata?.ownerReferences ?? [];
}

/** Those that hold up the deletion of their owner, and did not before. */
function newlyBlocking(refs: readonly OwnerReference[], old: readonly OwnerReference[]): OwnerReference[] {
  const before = new Set(old.filter(({ blockOwnerDeletion }) => blockOwnerDeletion).map(({ uid }) => uid));
  return refs.filter(({ blockOwnerDeletion, uid }) => blockOwnerDeletion && !before.has(uid));
}
