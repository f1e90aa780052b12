import type { flowcontrolv1 } from '@typekube/api';
import type { UserInfo } from '../chain/request-context';
import type { RequestInfo } from '../http/request-info';

type Rules = flowcontrolv1.PolicyRulesWithSubjects;

const SERVICE_ACCOUNT_PREFIX = 'system:serviceaccount:';

/** Whether one of a schema's subjects is this user. */
export function matchesSubject({ subjects }: Rules, user: UserInfo): boolean {
  return subjects.some(({ kind, user: named, group, serviceAccount }) => {
    if (kind === 'User') return named !== undefined && (named.name === '*' || named.name === user.name);
    if (kind === 'Group') return group !== undefined && (group.name === '*' || user.groups.includes(group.name));
    if (kind !== 'ServiceAccount' || !serviceAccount) return false;
    const { namespace, name } = serviceAccount;
    const account = `${SERVICE_ACCOUNT_PREFIX}${namespace}:`;
    return name === '*' ? user.name.startsWith(account) : user.name === account + name;
  });
}

/** Whether the request is one that the rules are for, whoever sends it. */
export function matchesRequest({ resourceRules = [], nonResourceRules = [] }: Rules, info: RequestInfo): boolean {
  if (!info.isResourceRequest) {
    return nonResourceRules.some(({ verbs, nonResourceURLs }) => has(verbs, info.verb) && matchesUrl(nonResourceURLs, info.path));
  }
  return resourceRules.some(({ verbs, apiGroups, resources, clusterScope, namespaces = [] }) => {
    if (!has(verbs, info.verb) || !has(apiGroups, info.apiGroup)) return false;
    if (!has(resources, info.subresource ? `${info.resource}/${info.subresource}` : info.resource)) return false;
    return info.namespace ? has(namespaces, info.namespace) : clusterScope === true;
  });
}

/** Validation lets `*` stand only alone. */
function has(list: readonly string[], value: string): boolean {
  return (list.length === 1 && list[0] === '*') || list.includes(value);
}

/** A path itself, or one below it; the asterisk at the end of a rule's path changes nothing (upstream's matchPolicyRuleNonResourceURL). */
function matchesUrl(urls: readonly string[], path: string): boolean {
  return urls.some((url) => {
    if (url === '*' || url === path) return true;
    const prefix = url.endsWith('*') ? url.slice(0, -1) : url;
    return path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
  });
}
