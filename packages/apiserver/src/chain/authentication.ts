import { newUnauthorized } from '@typekube/apimachinery';
import type { Authenticator } from '../authn/authenticator';
import { ANONYMOUS, type UserInfo } from './request-context';
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
  return (next) => async (request, response) => {
    const hasCredentials = request.headers.authorization !== undefined;
    for (const authenticator of authenticators) {
      let user: UserInfo | undefined;
      try {
        user = await authenticator.authenticate(request);
      } catch (error) {
        log('Unable to authenticate the request', error);
        throw newUnauthorized();
      }
      if (!user) continue;
      request.context.user = withGroup(user);
      delete request.headers.authorization;
      return next(request, response);
    }
    if (hasCredentials || !allowAnonymous) throw newUnauthorized();
    request.context.user = ANONYMOUS;
    return next(request, response);
  };
}

function withGroup(user: UserInfo): UserInfo {
  return user.groups.includes(AUTHENTICATED) ? user : { ...user, groups: [...user.groups, AUTHENTICATED] };
}
