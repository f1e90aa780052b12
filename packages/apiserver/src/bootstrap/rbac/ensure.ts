import { hasReason, type KubeObject } from '@typekube/apimachinery';
import type { rbacv1 } from '@typekube/api';
import type { ResourceName, SystemClient } from '../system-client';
import { COMPONENT_BINDINGS, COMPONENT_ROLES } from './component-roles';
import { CONTROLLER_BINDINGS, CONTROLLER_ROLES } from './controller-roles';
import { NAMESPACE_BINDINGS, NAMESPACE_ROLES } from './namespace-roles';
import { completeBinding, completeRole, isOfAnotherRole } from './plan';
import { clusterRole, clusterRoleBinding, role, roleBinding } from './template';
import { USER_ROLES } from './user-roles';

const GROUP = 'rbac.authorization.k8s.io';
const CLUSTER_ROLES = { group: GROUP, plural: 'clusterroles' };
const CLUSTER_ROLE_BINDINGS = { group: GROUP, plural: 'clusterrolebindings' };
const ROLES = { group: GROUP, plural: 'roles' };
const ROLE_BINDINGS = { group: GROUP, plural: 'rolebindings' };

/** Makes the default cluster roles and their bindings, and completes those there are (upstream's post-start hook `rbac/bootstrap-roles`). */
export async function ensureClusterPolicy(client: SystemClient): Promise<void> {
  await Promise.all([
    ...[...USER_ROLES, ...COMPONENT_ROLES, ...CONTROLLER_ROLES].map((each) => ensure(client, CLUSTER_ROLES, clusterRole(each), completeRole)),
    ...[...COMPONENT_BINDINGS, ...CONTROLLER_BINDINGS].map((each) => ensureBinding(client, CLUSTER_ROLE_BINDINGS, clusterRoleBinding(each))),
  ]);
}

/** The same for the roles in the system's namespaces, which must be there. */
export async function ensureNamespacePolicy(client: SystemClient): Promise<void> {
  await Promise.all([
    ...NAMESPACE_ROLES.map((each) => ensure(client, ROLES, role(each), completeRole)),
    ...NAMESPACE_BINDINGS.map((each) => ensureBinding(client, ROLE_BINDINGS, roleBinding(each))),
  ]);
}

/** Writes nothing where the caches have the object with all that the default has. */
async function ensure<T extends KubeObject>(
  client: SystemClient,
  resource: ResourceName,
  wanted: T,
  complete: (current: T, wanted: T) => boolean,
): Promise<void> {
  const { namespace = '', name = '' } = wanted.metadata;
  const current = client.get<T>(resource, namespace, name);
  if (!current) return void (await client.ensure(resource, structuredClone(wanted)));
  if (!complete(current, wanted)) return;
  try {
    await client.update<T>(resource, wanted.metadata, (newest) => void complete(newest, wanted));
  } catch (error) {
    // It has just been deleted: the next round makes it.
    if (!hasReason(error, 'NotFound')) throw error;
  }
}

async function ensureBinding(
  client: SystemClient,
  resource: ResourceName,
  wanted: rbacv1.ClusterRoleBinding | rbacv1.RoleBinding,
): Promise<void> {
  const { namespace = '', name = '' } = wanted.metadata;
  const current = client.get<typeof wanted>(resource, namespace, name);
  if (!current || !isOfAnotherRole(current, wanted)) return ensure(client, resource, wanted, completeBinding);
  await client.delete(resource, namespace, name);
  await client.create(resource, structuredClone(wanted));
}
