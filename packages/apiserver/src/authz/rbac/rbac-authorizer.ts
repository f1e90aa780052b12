import type { authorizationv1, rbacv1 } from '@typekube/api';
import type { UserInfo } from '../../chain/request-context';
import { aggregateText } from '../aggregate-text';
import type { AuthorizationAttributes, Authorizer, Decision, RuleList } from '../authorizer';
import { asked } from './compiled-rule';
import { allowedBy, type Grant } from './grant';
import { missingRole, type RbacPolicy } from './rbac-policy';

/** Mode `RBAC`: allows what a role that is bound to the user allows; has no opinion of all else. */
export class RbacAuthorizer implements Authorizer {
  /** One for all requests that a grant allows. */
  private readonly decisions = new WeakMap<Grant, Decision>();

  constructor(private readonly policy: RbacPolicy) {}

  authorize(attributes: AuthorizationAttributes): Decision {
    const request = asked(attributes);
    let allowing: Grant | undefined;
    let missing: Set<string> | undefined;
    this.policy.visit(attributes.user, attributes.namespace, (grant, rules) => {
      if (!rules) (missing ??= new Set()).add(missingRole(grant.roleRef).message);
      else for (const rule of rules) if (rule.allows(request)) allowing = grant;
      return allowing !== undefined;
    });
    if (allowing) return this.decision(allowing);
    return { decision: 'NoOpinion', reason: missing ? `RBAC: ${aggregateText([...missing])}` : '' };
  }

  rulesFor(user: UserInfo, namespace: string): RuleList {
    const { rules, errors } = this.policy.rulesFor(user, namespace);
    return {
      resourceRules: rules.filter(({ resources }) => resources?.length).map(resourceRule),
      nonResourceRules: rules.filter(({ nonResourceURLs }) => nonResourceURLs?.length).map(nonResourceRule),
      errors: errors.length ? [aggregateText(errors)] : [],
      incomplete: false,
    };
  }

  private decision(grant: Grant): Decision {
    let decision = this.decisions.get(grant);
    if (!decision) this.decisions.set(grant, (decision = allowedBy(grant)));
    return decision;
  }
}

function resourceRule({ verbs, apiGroups, resources, resourceNames }: rbacv1.PolicyRule): authorizationv1.ResourceRule {
  return { verbs, ...(apiGroups && { apiGroups }), ...(resources && { resources }), ...(resourceNames && { resourceNames }) };
}

function nonResourceRule({ verbs, nonResourceURLs }: rbacv1.PolicyRule): authorizationv1.NonResourceRule {
  return { verbs, ...(nonResourceURLs && { nonResourceURLs }) };
}
