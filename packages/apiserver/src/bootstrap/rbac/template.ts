import type { rbacv1 } from '@typekube/api';

/** A default cluster role, without what all of them have in common. */
export interface RoleTemplate {
  readonly name: string;
  readonly rules?: readonly rbacv1.PolicyRule[];
  /** The aggregated role that this one's rules go into. */
  readonly partOf?: 'admin' | 'edit' | 'view';
  /** It is that aggregated role. */
  readonly collects?: 'admin' | 'edit' | 'view';
}

/** A default cluster role binding: it and the role are of one name. */
export interface BindingTemplate {
  readonly name: string;
  readonly subjects: readonly rbacv1.Subject[];
}

/** A default role or binding of a namespace. */
export type Namespaced<T> = T & { readonly namespace: string };

const GROUP = 'rbac.authorization.k8s.io';
const API_VERSION = `${GROUP}/v1`;
const AGGREGATE_TO = 'rbac.authorization.k8s.io/aggregate-to-';

export const user = (name: string): rbacv1.Subject => ({ kind: 'User', apiGroup: GROUP, name });
export const group = (name: string): rbacv1.Subject => ({ kind: 'Group', apiGroup: GROUP, name });
export const account = (name: string): rbacv1.Subject => ({ kind: 'ServiceAccount', name, namespace: 'kube-system' });

/** As all that these functions make, it shares the template's rules: who changes it clones it first. */
export function clusterRole({ name, rules = [], partOf, collects }: RoleTemplate): rbacv1.ClusterRole {
  const selector = { matchLabels: { [`${AGGREGATE_TO}${collects}`]: 'true' } };
  return {
    ...head('ClusterRole', name, partOf && { [`${AGGREGATE_TO}${partOf}`]: 'true' }),
    ...(collects ? { aggregationRule: { clusterRoleSelectors: [selector] } } : { rules: [...rules] }),
  };
}

export function clusterRoleBinding({ name, subjects }: BindingTemplate): rbacv1.ClusterRoleBinding {
  const roleRef = { apiGroup: GROUP, kind: 'ClusterRole', name };
  return { ...head('ClusterRoleBinding', name), roleRef, ...(subjects.length && { subjects: [...subjects] }) };
}

export function role({ name, namespace, rules = [] }: Namespaced<RoleTemplate>): rbacv1.Role {
  const { metadata, ...rest } = head('Role', name);
  return { ...rest, metadata: { ...metadata, namespace }, rules: [...rules] };
}

export function roleBinding({ name, namespace, roleName, subjects }: Namespaced<BindingTemplate & { roleName: string }>): rbacv1.RoleBinding {
  const { metadata, ...rest } = head('RoleBinding', name);
  const roleRef = { apiGroup: GROUP, kind: 'Role', name: roleName };
  return { ...rest, metadata: { ...metadata, namespace }, roleRef, subjects: [...subjects] };
}

function head<K extends string>(kind: K, name: string, labels?: Readonly<Record<string, string>>) {
  const metadata = {
    name,
    labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
    annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
  };
  return { apiVersion: API_VERSION as 'rbac.authorization.k8s.io/v1', kind, metadata };
}
