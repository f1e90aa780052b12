import type { rbacv1 } from '@typekube/api';
import { newNotFound, type StatusError } from '@typekube/apimachinery';
import type { UserInfo } from '../../chain/request-context';
import type { Endpoints } from '../../registry/endpoints';
import type { Resource } from '../../registry/resource';
import { BindingIndex } from './binding-index';
import type { CompiledRule } from './compiled-rule';
import { type Grant, subjectKeysOf } from './grant';
import { RoleTable } from './role-table';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** Looks at what one grant allows; `rules` are undefined if the role does not exist. Ends the visit by returning true. */
export type VisitGrant = (grant: Grant, rules: readonly CompiledRule[] | undefined) => boolean;

/** Who may do what, by the roles and bindings in the server's caches: indexed as they change, so that a decision scans nothing. */
export class RbacPolicy {
  private readonly clusterRoles: Resource;
  private readonly roles: Resource;
  private readonly clusterRoleTable: RoleTable;
  private readonly roleTable: RoleTable;
  private readonly clusterRoleBindings: BindingIndex;
  private readonly roleBindings: BindingIndex;

  constructor(endpoints: Endpoints) {
    this.clusterRoles = endpoints.resource(RBAC_GROUP, 'clusterroles');
    this.roles = endpoints.resource(RBAC_GROUP, 'roles');
    this.clusterRoleTable = new RoleTable(this.clusterRoles.cache);
    this.roleTable = new RoleTable(this.roles.cache);
    this.clusterRoleBindings = new BindingIndex(endpoints.resource(RBAC_GROUP, 'clusterrolebindings').cache);
    this.roleBindings = new BindingIndex(endpoints.resource(RBAC_GROUP, 'rolebindings').cache);
  }

  /** All that is granted to a user in a namespace (or, with none, everywhere): cluster role bindings first. */
  visit(user: UserInfo, namespace: string, visit: VisitGrant): void {
    const subjects = subjectKeysOf(user);
    if (this.visitIn(this.clusterRoleBindings, subjects, '', visit) || namespace === '') return;
    this.visitIn(this.roleBindings, subjects, namespace, visit);
  }

  /** The rules that a binding in this namespace refers to; undefined if there is no such role. */
  rulesOf({ kind, name }: rbacv1.RoleRef, namespace: string): readonly CompiledRule[] | undefined {
    if (kind === 'ClusterRole') return this.clusterRoleTable.rules(this.clusterRoles.key('', name));
    return kind === 'Role' ? this.roleTable.rules(this.roles.key(namespace, name)) : undefined;
  }

  /** All rules that a user has in a namespace, and what could not be found out. */
  rulesFor(user: UserInfo, namespace: string): { rules: rbacv1.PolicyRule[]; errors: string[] } {
    const rules: rbacv1.PolicyRule[] = [];
    const errors = new Set<string>();
    this.visit(user, namespace, ({ roleRef }, compiled) => {
      if (compiled) for (const { rule } of compiled) rules.push(rule);
      else errors.add(missingRole(roleRef).message);
      return false;
    });
    return { rules, errors: [...errors] };
  }

  private visitIn(index: BindingIndex, subjects: readonly string[], namespace: string, visit: VisitGrant): boolean {
    for (const subject of subjects) {
      for (const grant of index.grantsTo(subject, namespace)) {
        if (visit(grant, this.rulesOf(grant.roleRef, namespace))) return true;
      }
    }
    return false;
  }
}

export function missingRole({ kind, name }: rbacv1.RoleRef): StatusError {
  return newNotFound({ group: RBAC_GROUP, resource: kind.toLowerCase() }, name);
}
