/** A group and version in the forms that operations are named by. */
export interface GroupVersionNames {
  /** `/api/v1`, `/apis/rbac.authorization.k8s.io/v1` */
  readonly root: string;
  /** In operation ids: `RbacAuthorizationV1`. */
  readonly id: string;
  /** In tags: `rbacAuthorization_v1`. */
  readonly tag: string;
}

export function namesOfGroupVersion(group: string, version: string): GroupVersionNames {
  const name = idOfGroup(group);
  return {
    root: group === '' ? `/api/${version}` : `/apis/${group}/${version}`,
    id: name + capitalize(version),
    tag: `${tagOfGroup(group)}_${version}`,
  };
}

/** `rbac.authorization.k8s.io` to `RbacAuthorization`. */
export function idOfGroup(group: string): string {
  return group === ''
    ? 'Core'
    : group
        .replace(/\.k8s\.io$/, '')
        .split('.')
        .map(capitalize)
        .join('');
}

/** `rbac.authorization.k8s.io` to `rbacAuthorization`. */
export function tagOfGroup(group: string): string {
  const id = idOfGroup(group);
  return id.charAt(0).toLowerCase() + id.slice(1);
}

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
