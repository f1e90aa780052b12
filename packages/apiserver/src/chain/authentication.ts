import { newUnauthorized } from '@typekube/apimachinery';
import { AuthenticationError, type Authenticator, type Eventually } from '../authn/authenticator';
import { stripProtocolToken } from '../authn/bearer-token';
import { headerStripper } from '../authn/front-proxy';
import type { OnAuthentication } from '../authn/metrics';
import type { ApiRequest, ApiResponse } from '../http/messages';
import type { UserInfo } from './request-context';
import type { Filter } from './filter';
import { secondsSince } from './seconds-since';

export interface AuthenticationOptions {
  /** Asked in order; the first that knows the client decides. */
  readonly authenticators: readonly Authenticator[];
  readonly allowAnonymous: boolean;
  /** The only paths where clients may be anonymous; undefined for everywhere. */
  readonly anonymousPaths?: ReadonlySet<string>;
  /** Takes away headers by which proxies name clients, where they have others than usual. */
  readonly stripHeaders?: (headers: ApiRequest['headers']) => void;
  /** Told why a client is refused. */
  readonly onFailure: (error: unknown) => void;
  /** Told how it went with each request. */
  readonly onAttempt?: OnAuthentication | undefined;
}

const AUTHENTICATED = 'system:authenticated';

/** Upstream's: gone whether or not there are proxies that may send them, as servers behind this one may believe them. */
const stripUsualHeaders = headerStripper({
  usernameHeaders: ['X-Remote-User'],
  uidHeaders: ['X-Remote-Uid'],
  groupHeaders: ['X-Remote-Group'],
  extraHeadersPrefix: ['X-Remote-Extra-'],
});

/** Finds out who the client is, or answers 401: without a hint to the client, with the reason in the log. */
export function withAuthentication(options: AuthenticationOptions): Filter {
  const { authenticators, allowAnonymous, anonymousPaths, stripHeaders, onFailure, onAttempt } = options;
  const refuse = (error: unknown): never => {
    onFailure(error);
    throw newUnauthorized();
  };
  return (next) => {
    const goOn = (request: ApiRequest, response: ApiResponse, user: UserInfo | undefined, seconds: number): void | Promise<void> => {
      const { headers, context } = request;
      if (user) context.user = withGroup(user);
      else if (!allowAnonymous || anonymousPaths?.has(context.info.path) === false) {
        onAttempt?.('failure', seconds);
        refuse(new Error('the client says nothing of who it is that is known here'));
      }
      onAttempt?.('success', seconds, context.user);
      // Nobody further in shall see it. (Deleting it would make the headers slow to read for the rest of the request.)
      headers.authorization = undefined;
      stripProtocolToken(headers);
      stripUsualHeaders(headers);
      stripHeaders?.(headers);
      return next(request, response);
    };
    return (request, response) => {
      const started = performance.now();
      const refuseWrong = (error: unknown): never => {
        onAttempt?.('error', secondsSince(started));
        if (error instanceof AuthenticationError && error.notes) request.context.authenticationNotes = error.notes.annotations;
        return refuse(error);
      };
      let found: Eventually<UserInfo | undefined>;
      try {
        found = identify(authenticators, request, 0, undefined);
      } catch (error) {
        return refuseWrong(error);
      }
      if (!(found instanceof Promise)) return goOn(request, response, found, secondsSince(started));
      return found.catch(refuseWrong).then((user) => goOn(request, response, user, secondsSince(started)));
    };
  };
}

/**
 * Asks one after the other; a promise only if one of them needs to wait. Where one finds wrong what the client says, another may still know
 * it; where none does, the first that was found wrong is what is thrown.
 */
function identify(
  authenticators: readonly Authenticator[],
  request: ApiRequest,
  first: number,
  failure: unknown,
): Eventually<UserInfo | undefined> {
  for (let i = first; i < authenticators.length; i += 1) {
    try {
      const user = authenticators[i]!.authenticate(request);
      if (user instanceof Promise) return user.then(...others(authenticators, request, i + 1, failure));
      if (user) return user;
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return undefined;
}

type Answered = (user: UserInfo | undefined) => Eventually<UserInfo | undefined>;
type Failed = (error: unknown) => Eventually<UserInfo | undefined>;

/** What follows on an answer that had to be waited for. */
function others(authenticators: readonly Authenticator[], request: ApiRequest, first: number, failure: unknown): [Answered, Failed] {
  return [
    (user) => user ?? identify(authenticators, request, first, failure),
    (error) => identify(authenticators, request, first, failure ?? error),
  ];
}

/** Authenticators hand out the same user again and again; the group is added to each once. */
const withGroups = new WeakMap<UserInfo, UserInfo>();

/** Everybody who is known is in the group `system:authenticated`, but who is known to be nobody. */
export function withGroup(user: UserInfo): UserInfo {
  if (user.groups.includes(AUTHENTICATED) || user.groups.includes('system:unauthenticated')) return user;
  let member = withGroups.get(user);
  if (!member) withGroups.set(user, (member = { ...user, groups: [...user.groups, AUTHENTICATED] }));
  return member;
}
