import { semanticEqual } from '@typekube/apimachinery';
import type { rbacv1 } from '@typekube/api';
import { missingRules } from '../../authz/rbac/covers';

type Role = rbacv1.ClusterRole | rbacv1.Role;
type Binding = rbacv1.ClusterRoleBinding | rbacv1.RoleBinding;

const AUTO_UPDATE = 'rbac.authorization.kubernetes.io/autoupdate';

/**
 * Adds to an object what the default has and it lacks: labels, annotations, rules or subjects. What it has besides stays. Returns whether
 * anything was missing (upstream's rbac reconciliation without removal).
 */
export function completeRole(current: Role, wanted: Role): boolean {
  if (isOptedOut(current)) return false;
  const selectors = 'aggregationRule' in wanted ? wanted.aggregationRule?.clusterRoleSelectors : undefined;
  return any(completeMetadata(current, wanted), selectors ? completeSelectors(current, selectors) : completeRules(current, wanted));
}

export function completeBinding(current: Binding, wanted: Binding): boolean {
  if (isOptedOut(current)) return false;
  const missing = (wanted.subjects ?? []).filter((subject) => !current.subjects?.some((known) => isSame(known, subject)));
  if (missing.length) current.subjects = [...(current.subjects ?? []), ...structuredClone(missing)];
  return any(completeMetadata(current, wanted), missing.length > 0);
}

/** A binding to another role has to be made anew: its role cannot be changed. */
export function isOfAnotherRole(current: Binding, wanted: Binding): boolean {
  return !isOptedOut(current) && (current.roleRef.kind !== wanted.roleRef.kind || current.roleRef.name !== wanted.roleRef.name);
}

function isOptedOut({ metadata }: Role | Binding): boolean {
  return metadata.annotations?.[AUTO_UPDATE] === 'false';
}

function completeMetadata({ metadata }: Role | Binding, { metadata: wanted }: Role | Binding): boolean {
  const labels = { ...wanted.labels, ...metadata.labels };
  const annotations = { ...wanted.annotations, ...metadata.annotations };
  if (semanticEqual(labels, metadata.labels) && semanticEqual(annotations, metadata.annotations)) return false;
  Object.assign(metadata, { labels, annotations });
  return true;
}

function completeRules(current: Role, wanted: Role): boolean {
  // As nearly always, at every start.
  if (semanticEqual(current.rules, wanted.rules)) return false;
  const missing = missingRules(current.rules ?? [], wanted.rules ?? []);
  if (missing.length) current.rules = [...(current.rules ?? []), ...missing];
  return missing.length > 0;
}

function completeSelectors(current: Role, wanted: NonNullable<rbacv1.AggregationRule['clusterRoleSelectors']>): boolean {
  const role: rbacv1.ClusterRole = current as rbacv1.ClusterRole;
  const present = role.aggregationRule?.clusterRoleSelectors ?? [];
  const missing = wanted.filter((selector) => !present.some((known) => semanticEqual(known, selector)));
  if (missing.length) role.aggregationRule = { clusterRoleSelectors: [...present, ...structuredClone(missing)] };
  return missing.length > 0;
}

function isSame(a: rbacv1.Subject, b: rbacv1.Subject): boolean {
  return a.kind === b.kind && a.name === b.name && (a.namespace ?? '') === (b.namespace ?? '');
}

/** All are carried out, whatever the first says. */
function any(...changed: boolean[]): boolean {
  return changed.includes(true);
}
