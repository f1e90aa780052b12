import type { UserInfo } from '../../chain/request-context';
import type { AuthorizationAttributes, Authorizer, Decision, RuleList } from '../authorizer';
import type { AbacPolicy } from './policy-file';

const ALLOW: Decision = { decision: 'Allow', reason: '' };
const NO_OPINION: Decision = { decision: 'NoOpinion', reason: 'No policy matched.' };
const READ_VERBS = ['get', 'list', 'watch'];

/** Mode `ABAC`: allows what any policy of a file allows. */
export class AbacAuthorizer implements Authorizer {
  constructor(private readonly policies: readonly AbacPolicy[]) {}

  authorize(attributes: AuthorizationAttributes): Decision {
    return this.policies.some((policy) => allows(policy, attributes)) ? ALLOW : NO_OPINION;
  }

  rulesFor(user: UserInfo, namespace: string): RuleList {
    const policies = this.policies.filter((policy) => isFor(policy, user));
    const verbs = (policy: AbacPolicy): string[] => (policy.readonly ? READ_VERBS : ['*']);
    return {
      resourceRules: policies
        .filter((policy) => policy.resource !== '' && (policy.namespace === '*' || policy.namespace === namespace))
        .map((policy) => ({ verbs: verbs(policy), apiGroups: [policy.apiGroup], resources: [policy.resource] })),
      nonResourceRules: policies
        .filter(({ nonResourcePath }) => nonResourcePath !== '')
        .map((policy) => ({ verbs: verbs(policy), nonResourceURLs: [policy.nonResourcePath] })),
      errors: [],
      incomplete: false,
    };
  }
}

function allows(policy: AbacPolicy, { user, verb, isResourceRequest, path, apiGroup, namespace, resource }: AuthorizationAttributes): boolean {
  if (!isFor(policy, user) || (policy.readonly && !READ_VERBS.includes(verb))) return false;
  if (!isResourceRequest) return matchesPath(policy.nonResourcePath, path);
  return matches(policy.namespace, namespace) && matches(policy.resource, resource) && matches(policy.apiGroup, apiGroup);
}

/** The user and the group must both be right, where both are named; a policy that names neither is for nobody. */
function isFor({ user, group }: AbacPolicy, { name, groups }: UserInfo): boolean {
  if (user === '' && group === '') return false;
  const isUser = user === '' || user === '*' || user === name;
  return isUser && (group === '' || group === '*' || groups.includes(group));
}

function matches(pattern: string, value: string): boolean {
  return pattern === '*' || pattern === value;
}

function matchesPath(pattern: string, path: string): boolean {
  return matches(pattern, path) || (pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, '')));
}
