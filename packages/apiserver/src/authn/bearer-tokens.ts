import type { UserInfo } from '../chain/request-context';
import type { ApiRequest } from '../http/messages';
import { AuthenticationError, type Authenticator, type Eventually, type TokenAuthenticator, type TokenOwner } from './authenticator';
import { bearerToken } from './bearer-token';
import type { TokenMetrics } from './metrics';
import { secondsSince } from '../chain/seconds-since';

/** No token that anybody makes is as long. */
const MAX_TOKEN_CHARS = 64 * 1024;

/** All kinds of bearer tokens there are at the time, asked in order; the first that knows the token decides. What none knows is wrong. */
export function bearerTokens(authenticators: () => readonly TokenAuthenticator[], apiAudiences: readonly string[], metrics?: TokenMetrics): Authenticator {
  const find = (token: string, audiences: readonly string[]): Eventually<TokenOwner | undefined> => {
    if (token.length > MAX_TOKEN_CHARS) throw new AuthenticationError('the bearer token is too long');
    return ask({ authenticators: authenticators(), token, audiences }, 0, []);
  };
  const ownerOf = metrics ? counted(find, metrics) : find;
  return {
    authenticate(request: ApiRequest) {
      const token = bearerToken(request);
      if (token === undefined) return undefined;
      const owner = ownerOf(token, apiAudiences);
      return owner instanceof Promise ? owner.then((known) => noted(request, known)) : noted(request, owner);
    },
    authenticateToken: (token, audiences = apiAudiences) => ownerOf(token, audiences),
  };
}

function noted({ context }: ApiRequest, owner: TokenOwner | undefined): UserInfo | undefined {
  if (owner?.notes) {
    context.authenticationNotes = owner.notes.annotations;
    if (owner.notes.warning) context.warnings.add(owner.notes.warning);
  }
  return owner?.user;
}

type Find = (token: string, audiences: readonly string[]) => Eventually<TokenOwner | undefined>;

/** What is known at once comes from some table of what was found out before; what has to be waited for is found out, as is what is wrong. */
function counted(find: Find, metrics: TokenMetrics): Find {
  return (token, audiences) => {
    const started = performance.now();
    let owner: Eventually<TokenOwner | undefined>;
    try {
      owner = find(token, audiences);
    } catch (error) {
      metrics.asked()(false, secondsSince(started));
      throw error;
    }
    if (!(owner instanceof Promise)) {
      metrics.knownAtOnce(secondsSince(started));
      return owner;
    }
    const end = metrics.asked();
    owner.then(
      (known) => end(known !== undefined, secondsSince(started)),
      () => end(false, secondsSince(started)),
    );
    return owner;
  };
}

interface Question {
  readonly authenticators: readonly TokenAuthenticator[];
  readonly token: string;
  readonly audiences: readonly string[];
}

/** What one finds wrong with the token another may still take (two issuers of the same name); the reasons are told together. */
function ask(question: Question, first: number, reasons: readonly unknown[]): Eventually<TokenOwner> {
  const { authenticators, token, audiences } = question;
  for (let i = first; i < authenticators.length; i += 1) {
    try {
      const owner = authenticators[i]!.authenticateToken(token, audiences);
      if (owner instanceof Promise) {
        return owner.then(
          (known) => known ?? ask(question, i + 1, reasons),
          (error: unknown) => ask(question, i + 1, [...reasons, error]),
        );
      }
      if (owner) return owner;
    } catch (error) {
      reasons = [...reasons, error];
    }
  }
  throw refusal(reasons);
}

function refusal(reasons: readonly unknown[]): Error {
  if (reasons.length === 0) return new AuthenticationError('invalid bearer token');
  const [only] = reasons;
  if (reasons.length === 1 && only instanceof Error) return only;
  const texts = reasons.map((reason) => (reason instanceof Error ? reason.message : String(reason)));
  return new AuthenticationError(`[${texts.join(', ')}]`, { cause: reasons[0] });
}

/** For tokens that name no audience: they are for the server's own audiences (upstream's WrapAudienceAgnosticToken). */
export function forApiAudiences(
  apiAudiences: readonly string[],
  find: (token: string) => Eventually<TokenOwner['user'] | undefined>,
): TokenAuthenticator {
  return {
    authenticateToken(token, wanted) {
      const audiences = intersect(apiAudiences, wanted);
      if (audiences.length === 0 && wanted.length > 0) return undefined;
      const user = find(token);
      if (user instanceof Promise) return user.then((known) => known && { user: known, audiences });
      return user && { user, audiences };
    },
  };
}

/** The members of the first that are in the second too. */
export function intersect(all: readonly string[], wanted: readonly string[]): readonly string[] {
  if (all === wanted) return all;
  return all.filter((each) => wanted.includes(each));
}
