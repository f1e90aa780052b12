import type { authorizationv1 } from '@typekube/api';
import type { FieldRequirement, Requirement } from '@typekube/apimachinery';
import type { RequestInfo } from '../http/request-info';
import type { UserInfo } from '../chain/request-context';
import { aggregateText } from './aggregate-text';

/** What somebody wants to do. */
export type AuthorizationAttributes = Pick<
  RequestInfo,
  'isResourceRequest' | 'path' | 'verb' | 'apiGroup' | 'apiVersion' | 'namespace' | 'resource' | 'subresource' | 'name'
> & {
  readonly user: UserInfo;
  /** What a read of a collection is narrowed to; absent where it is not. Ignoring them is safe: it only allows less. */
  readonly fieldSelector?: readonly FieldRequirement[];
  readonly labelSelector?: readonly Requirement[];
};

export interface Decision {
  /** `NoOpinion` leaves the decision to the next authorizer; where none decides, the request is refused. */
  readonly decision: 'Allow' | 'Deny' | 'NoOpinion';
  readonly reason: string;
  /** What kept an authorizer from deciding. */
  readonly error?: string;
}

/** What may be done, as a list: every verb of a rule on everything that the rule names. */
export interface RuleList {
  readonly resourceRules: readonly authorizationv1.ResourceRule[];
  readonly nonResourceRules: readonly authorizationv1.NonResourceRule[];
  /** Why the list may lack something; empty where it is whole. */
  readonly errors: readonly string[];
  /** Whether some decisions do not come from rules that could be listed. */
  readonly incomplete: boolean;
}

export interface Authorizer {
  authorize(attributes: AuthorizationAttributes): Decision | Promise<Decision>;
  /** All that the user may do in a namespace. Absent where decisions do not come from rules that could be listed. */
  rulesFor?(user: UserInfo, namespace: string): RuleList | Promise<RuleList>;
}

export const alwaysAllow: Authorizer = { authorize: () => ALLOW, rulesFor: () => EVERYTHING };

export const alwaysDeny: Authorizer = { authorize: () => DENY };

/** Lets members of a group do anything, whatever the authorizers after it say. */
export function privilegedGroup(group: string): Authorizer {
  return { authorize: ({ user }) => (user.groups.includes(group) ? ALLOW : NO_OPINION) };
}

const EVERYTHING: RuleList = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  errors: [],
  incomplete: false,
};
const NO_OPINION: Decision = { decision: 'NoOpinion', reason: '' };
const ALLOW: Decision = { decision: 'Allow', reason: '' };
const DENY: Decision = { decision: 'NoOpinion', reason: 'Everything is forbidden.' };

/** Asks one after the other until one decides. May do what any of them lists. */
export function union(authorizers: readonly Authorizer[]): Authorizer {
  return {
    authorize: (attributes) => askFrom(authorizers, 0, attributes, { reasons: [], errors: [] }),
    async rulesFor(user, namespace) {
      const lists = await Promise.all(authorizers.map(async (authorizer) => authorizer.rulesFor?.(user, namespace)));
      return {
        resourceRules: lists.flatMap((list) => list?.resourceRules ?? []),
        nonResourceRules: lists.flatMap((list) => list?.nonResourceRules ?? []),
        errors: lists.flatMap((list) => list?.errors ?? []),
        incomplete: lists.some((list) => list?.incomplete),
      };
    },
  };
}

/** What those have said that did not decide. */
interface Heard {
  readonly reasons: string[];
  readonly errors: string[];
}

/** A promise only if one of them needs to wait: this is in the way of every request. */
function askFrom(
  authorizers: readonly Authorizer[],
  first: number,
  attributes: AuthorizationAttributes,
  heard: Heard,
): Decision | Promise<Decision> {
  for (let i = first; i < authorizers.length; i += 1) {
    const decided = authorizers[i]!.authorize(attributes);
    if (decided instanceof Promise) {
      return decided.then((late) => listen(late, heard) ?? askFrom(authorizers, i + 1, attributes, heard));
    }
    const decision = listen(decided, heard);
    if (decision) return decision;
  }
  const { reasons, errors } = heard;
  return { decision: 'NoOpinion', reason: reasons.join('\n'), ...(errors.length && { error: aggregateText(errors) }) };
}

/** The decision if it is one; its reason is kept otherwise. */
function listen(decided: Decision, { reasons, errors }: Heard): Decision | undefined {
  if (decided.decision !== 'NoOpinion') return decided;
  if (decided.reason) reasons.push(decided.reason);
  if (decided.error) errors.push(decided.error);
  return undefined;
}
