import type { RequestInfo } from '../http/request-info';
import type { UserInfo } from '../chain/request-context';

/** What somebody wants to do. */
export type AuthorizationAttributes = Pick<
  RequestInfo,
  'isResourceRequest' | 'path' | 'verb' | 'apiGroup' | 'apiVersion' | 'namespace' | 'resource' | 'subresource' | 'name'
> & { readonly user: UserInfo };

export interface Decision {
  /** `NoOpinion` leaves the decision to the next authorizer; where none decides, the request is refused. */
  readonly decision: 'Allow' | 'Deny' | 'NoOpinion';
  readonly reason: string;
}

export interface Authorizer {
  authorize(attributes: AuthorizationAttributes): Decision | Promise<Decision>;
}

export const alwaysAllow: Authorizer = { authorize: () => ALLOW };

export const alwaysDeny: Authorizer = { authorize: () => DENY };

const ALLOW: Decision = { decision: 'Allow', reason: '' };
const DENY: Decision = { decision: 'NoOpinion', reason: 'Everything is forbidden.' };

/** Asks one after the other until one decides. */
export function union(authorizers: readonly Authorizer[]): Authorizer {
  const [only] = authorizers;
  if (only && authorizers.length === 1) return only;
  return {
    async authorize(attributes) {
      const reasons: string[] = [];
      for (const authorizer of authorizers) {
        const { decision, reason } = await authorizer.authorize(attributes);
        if (decision !== 'NoOpinion') return { decision, reason };
        if (reason) reasons.push(reason);
      }
      return { decision: 'NoOpinion', reason: reasons.join('\n') };
    },
  };
}
