import { goQuote } from '@typekube/apimachinery';
import type { rbacv1 } from '@typekube/api';
import type { UserInfo } from '../../chain/request-context';
import type { Decision } from '../authorizer';

/** A subject of a binding: it may do what the role's rules say. */
export interface Grant {
  readonly binding: { readonly name: string; readonly namespace: string };
  readonly roleRef: rbacv1.RoleRef;
  readonly subject: rbacv1.Subject;
}

/** How a subject is found for a user: by the user's name, or by one of its groups. Undefined for kinds that stand for nobody. */
export function subjectKey({ kind, name, namespace }: rbacv1.Subject, bindingNamespace: string): string | undefined {
  switch (kind) {
    case 'User':
      return userKey(name);
    case 'Group':
      return groupKey(name);
    case 'ServiceAccount': {
      const home = namespace || bindingNamespace;
      return home ? userKey(`system:serviceaccount:${home}:${name}`) : undefined;
    }
    default:
      return undefined;
  }
}

/** All keys by which bindings may mean this user. */
export function subjectKeysOf({ name, groups }: UserInfo): string[] {
  return [userKey(name), ...groups.map(groupKey)];
}

const userKey = (name: string): string => `u:${name}`;
const groupKey = (name: string): string => `g:${name}`;

/** Upstream's words for why something is allowed. */
export function allowedBy({ binding, roleRef, subject }: Grant): Decision {
  const kind = binding.namespace ? 'RoleBinding' : 'ClusterRoleBinding';
  const name = binding.namespace ? `${binding.name}/${binding.namespace}` : binding.name;
  const role = `${roleRef.kind} ${goQuote(roleRef.name)}`;
  return { decision: 'Allow', reason: `RBAC: allowed by ${kind} ${goQuote(name)} of ${role} to ${describe(subject, binding.namespace)}` };
}

function describe({ kind, name, namespace }: rbacv1.Subject, bindingNamespace: string): string {
  if (kind !== 'ServiceAccount') return `${kind} ${goQuote(name)}`;
  return `${kind} ${goQuote(`${name}/${namespace || bindingNamespace}`)}`;
}
