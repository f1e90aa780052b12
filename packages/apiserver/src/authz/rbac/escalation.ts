import type { rbacv1 } from '@typekube/api';
import { goQuote } from '@typekube/apimachinery';
import type { UserInfo } from '../../chain/request-context';
import { compactRules, missingRules } from './covers';
import type { RbacPolicy } from './rbac-policy';

/** What makes an aggregation rule harmless: it may gather anything. */
export const FULL_AUTHORITY: readonly rbacv1.PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/** Why a user may not give others these rights in a namespace: the user lacks some. Undefined if none is lacking. (ConfirmNoEscalation) */
export function escalationProblem(
  policy: RbacPolicy,
  { user, namespace, rules }: { user: UserInfo; namespace: string; rules: readonly rbacv1.PolicyRule[] },
): string | undefined {
  const held = policy.rulesFor(user, namespace);
  const missing = missingRules(held.rules, rules);
  if (!missing.length) return undefined;
  const lines = [...new Set(compactRules(missing).map(describe))].sort();
  const who = `user ${goQuote(user.name)} (groups=${quoteAll(user.groups)})`;
  const why = `${who} is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`;
  return held.errors.length ? `${why}; resolution errors: [${held.errors.join(' ')}]` : why;
}

function describe({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: rbacv1.PolicyRule): string {
  const parts: [string, readonly string[] | undefined][] = [
    ['APIGroups', apiGroups],
    ['Resources', resources],
    ['NonResourceURLs', nonResourceURLs],
    ['ResourceNames', resourceNames],
    ['Verbs', verbs],
  ];
  const given = parts.flatMap(([name, list]) => (list?.length ? [`${name}:${quoteAll(list)}`] : []));
  return `{${given.join(', ')}}`;
}

function quoteAll(texts: readonly string[]): string {
  return `[${texts.map(goQuote).join(' ')}]`;
}
