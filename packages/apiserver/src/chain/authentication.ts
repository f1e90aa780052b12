import { newUnauthorized } from '@typekube/apimachinery';
import type { Authenticator } from '../authn/authenticator';
import type { ApiRequest, ApiResponse } from '../http/messages';
import type { UserInfo } from './request-context';
import type { Filter } from './filter';

export interface AuthenticationOptions {
  /** Asked in order; the first that knows the client decides. */
  readonly authenticators: readonly Authenticator[];
  readonly allowAnonymous: boolean;
  readonly log: (message: string, error: unknown) => void;
}

const AUTHENTICATED = 'system:authenticated';

/** Finds out who the client is, or answers 401: without a hint to the client, with the reason in the log. */
export function withAuthentication({ authenticators, allowAnonymous, log }: AuthenticationOptions): Filter {
  const refuse = (error: unknown): never => {
    log('Unable to authenticate the request', error);
    throw newUnauthorized();
  };
  return (next) => {
    const goOn = (request: ApiRequest, response: ApiResponse, user: UserInfo | undefined): void | Promise<void> => {
      const { headers } = request;
      if (user) request.context.user = withGroup(user);
      else if (headers.authorization !== undefined || !allowAnonymous) throw newUnauthorized();
      // Nobody further in shall see it. (Deleting it would make the headers slow to read for the rest of the request.)
      headers.authorization = undefined;
      return next(request, response);
    };
    return (request, response) => {
      let found: UserInfo | undefined | Promise<UserInfo | undefined>;
      try {
        found = identify(authenticators, request);
      } catch (error) {
        return refuse(error);
      }
      if (!(found instanceof Promise)) return goOn(request, response, found);
      return found.catch(refuse).then((user) => goOn(request, response, user));
    };
  };
}

/** Asks one after the other; a promise only if one of them needs to wait. */
function identify(
  authenticators: readonly Authenticator[],
  request: ApiRequest,
  first = 0,
): UserInfo | undefined | Promise<UserInfo | undefined> {
  for (let i = first; i < authenticators.length; i += 1) {
    const user = authenticators[i]?.authenticate(request);
    if (user instanceof Promise) return user.then((known) => known ?? identify(authenticators, request, i + 1));
    if (user) return user;
  }
  return undefined;
}

/** Authenticators hand out the same user again and again; the group is added to each once. */
const withGroups = new WeakMap<UserInfo, UserInfo>();

/** Everybody who is known is in the group `system:authenticated`. */
export function withGroup(user: UserInfo): UserInfo {
  if (user.groups.includes(AUTHENTICATED)) return user;
  let member = withGroups.get(user);
  if (!member) withGroups.set(user, (member = { ...user, groups: [...user.groups, AUTHENTICATED] }));
  return member;
}
