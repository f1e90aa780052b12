import { type GroupResource, type KubeObject, newForbidden, semanticEqual } from '@typekube/apimachinery';
import type { rbacv1 } from '@typekube/api';
import type { Authorizer } from '../authz/authorizer';
import { escalationProblem, FULL_AUTHORITY } from '../authz/rbac/escalation';
import { missingRole, RBAC_GROUP, type RbacPolicy } from '../authz/rbac/rbac-policy';
import type { UserInfo } from '../chain/request-context';
import { NOTHING_BEGUN, type ResourceHooks } from '../registry/resource-hooks';

export interface RoleHooksOptions {
  readonly policy: RbacPolicy;
  readonly authorizer: Authorizer;
}

type Role = rbacv1.Role | rbacv1.ClusterRole;
type Binding = rbacv1.RoleBinding | rbacv1.ClusterRoleBinding;

/** One who may write a role or a binding, wanting to say something in it that needs more. */
interface Writing {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: UserInfo;
}

/** Nobody gives others, by roles or bindings, rights that they do not have themselves (upstream's `policybased` storages). By `RESOURCE.GROUP`. */
export function roleHooks(options: RoleHooksOptions): [string, ResourceHooks][] {
  const guard = new EscalationGuard(options);
  return [
    ...['roles', 'clusterroles'].map((resource): [string, ResourceHooks] => [
      `${resource}.${RBAC_GROUP}`,
      {
        beginCreate: (role: Role, { user }) => guard.checkRole(role, undefined, writing(resource, role, user, '')),
        beginUpdate: (role: Role, old: Role, { user }) => guard.checkRole(role, old, writing(resource, role, user)),
      },
    ]),
    ...['rolebindings', 'clusterrolebindings'].map((resource): [string, ResourceHooks] => [
      `${resource}.${RBAC_GROUP}`,
      {
        beginCreate: (binding: Binding, { user }) => guard.checkBinding(binding, undefined, writing(resource, binding, user)),
        beginUpdate: (binding: Binding, old: Binding, { user }) => guard.checkBinding(binding, old, writing(resource, binding, user)),
      },
    ]),
  ];
}

function writing(resource: string, { metadata }: KubeObject, user: UserInfo, name = metadata.name ?? ''): Writing {
  return { resource, namespace: metadata.namespace ?? '', name, user };
}

class EscalationGuard {
  constructor(private readonly options: RoleHooksOptions) {}

  /** A new role has no name yet by which the verb `escalate` could be given for it alone. */
  async checkRole(role: Role, old: Role | undefined, write: Writing): Promise<typeof NOTHING_BEGUN> {
    if (isPrivileged(write.user) || (old && isOnlyForGarbageCollection(role, old))) return NOTHING_BEGUN;
    if (await this.may('escalate', write)) return NOTHING_BEGUN;
    const target = groupResource(write.resource);
    const name = role.metadata.name ?? '';
    this.confirm(target, name, write, role.rules ?? []);
    if (!aggregates(role) && !(old && aggregates(old))) return NOTHING_BEGUN;
    const problem = escalationProblem(this.options.policy, { ...write, rules: FULL_AUTHORITY });
    if (problem !== undefined) throw newForbidden(target, name, 'must have cluster-admin privileges to use the aggregationRule');
    return NOTHING_BEGUN;
  }

  async checkBinding(binding: Binding, old: Binding | undefined, write: Writing): Promise<typeof NOTHING_BEGUN> {
    if (isPrivileged(write.user) || (old && isOnlyForGarbageCollection(binding, old))) return NOTHING_BEGUN;
    const { roleRef } = binding;
    // A reference that cannot be one is refused by validation, with its own words.
    if (roleRef?.kind !== 'Role' && roleRef?.kind !== 'ClusterRole') return NOTHING_BEGUN;
    const role = { ...write, resource: roleRef.kind === 'Role' ? 'roles' : 'clusterroles', name: roleRef.name };
    if (await this.may('bind', role)) return NOTHING_BEGUN;
    const rules = this.options.policy.rulesOf(roleRef, write.namespace);
    if (!rules) throw missingRole(roleRef);
    this.confirm(groupResource(write.resource), binding.metadata.name ?? '', write, rules.map(({ rule }) => rule));
    return NOTHING_BEGUN;
  }

  private confirm(target: GroupResource, name: string, write: Writing, rules: readonly rbacv1.PolicyRule[]): void {
    const problem = escalationProblem(this.options.policy, { ...write, rules });
    if (problem !== undefined) throw newForbidden(target, name, problem);
  }

  private async may(verb: string, { resource, namespace, name, user }: Writing): Promise<boolean> {
    const what = { apiGroup: RBAC_GROUP, apiVersion: '*', namespace, resource, subresource: '', name };
    const { decision } = await this.options.authorizer.authorize({ user, isResourceRequest: true, path: '', verb, ...what });
    return decision === 'Allow';
  }
}

function isPrivileged({ groups }: UserInfo): boolean {
  return groups.includes('system:masters');
}

/** Whoever takes finalizers and owners away gives nobody any rights. */
function isOnlyForGarbageCollection(object: KubeObject, old: KubeObject): boolean {
  const rest = ({ metadata: { finalizers: _f, ownerReferences: _o, managedFields: _m, ...metadata }, ...others }: KubeObject): unknown => {
    return { ...others, metadata };
  };
  return semanticEqual(rest(object), rest(old));
}

function aggregates(role: Role): boolean {
  return 'aggregationRule' in role && Boolean(role.aggregationRule?.clusterRoleSelectors?.length);
}

function groupResource(resource: string): GroupResource {
  return { group: RBAC_GROUP, resource };
}
