import type { rbacv1 } from '@typekube/api';

export const CORE = '';
export const ADMISSION = 'admissionregistration.k8s.io';
export const APPS = 'apps';
export const AUTHENTICATION = 'authentication.k8s.io';
export const AUTHORIZATION = 'authorization.k8s.io';
export const AUTOSCALING = 'autoscaling';
export const BATCH = 'batch';
export const CERTIFICATES = 'certificates.k8s.io';
export const COORDINATION = 'coordination.k8s.io';
export const DISCOVERY = 'discovery.k8s.io';
/** Gone since v1.22; the default roles still name it. */
export const EXTENSIONS = 'extensions';
export const NETWORKING = 'networking.k8s.io';
export const POLICY = 'policy';
export const RBAC = 'rbac.authorization.k8s.io';
export const RESOURCE = 'resource.k8s.io';
export const STORAGE = 'storage.k8s.io';

export const READ = 'get list watch';
export const WRITE = 'create update patch delete deletecollection';
export const READ_WRITE = `${READ} ${WRITE}`;
export const READ_UPDATE = `${READ} update patch`;

type Rule = rbacv1.PolicyRule;

/** May do the verbs on the resources of a group (words with spaces between), or only on the named ones. Lists are sorted, as upstream's are. */
export function on(group: string | readonly string[], resources: string, verbs: string, names: readonly string[] = []): Rule {
  return {
    verbs: words(verbs),
    apiGroups: [...(typeof group === 'string' ? [group] : group)].sort(),
    resources: words(resources),
    ...(names.length && { resourceNames: [...names].sort() }),
  };
}

/** May get the paths. */
export function paths(urls: string): Rule {
  return { verbs: ['get'], nonResourceURLs: words(urls) };
}

/** May tell of what it does. */
export const EVENTS: Rule = on([CORE, 'events.k8s.io'], 'events', 'create update patch');

function words(text: string): string[] {
  return text.split(' ').sort();
}
