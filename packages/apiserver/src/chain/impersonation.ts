import { StatusError } from '@typekube/apimachinery';
import type { Eventually } from '../authn/authenticator';
import { unescapeHeaderKey } from '../authn/front-proxy';
import { groupsOf } from '../authn/service-account/user';
import type { Authorizer, AuthorizationAttributes, Decision } from '../authz/authorizer';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { forbidden } from './authorization';
import type { Filter } from './filter';
import type { UserInfo } from './request-context';

const PREFIX = 'impersonate-';
const USER = 'impersonate-user';
const GROUP = 'impersonate-group';
const UID = 'impersonate-uid';
const EXTRA_PREFIX = 'impersonate-extra-';

const ANONYMOUS = 'system:anonymous';
const AUTHENTICATED = 'system:authenticated';
const UNAUTHENTICATED = 'system:unauthenticated';

/** Whom a client wants to be taken for. */
interface Wanted {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid: string;
  readonly extra: ReadonlyMap<string, readonly string[]>;
}

/**
 * Takes the client for somebody else, if it asks so and may: every name, group, uid and extra value is asked of the authorizer with the verb
 * `impersonate` (upstream's WithImpersonation). The one it really is stays in the context as `impersonatedBy`.
 */
export function withImpersonation(authorizer: Authorizer): Filter {
  return (next) => (request, response) => {
    if (!asksForIt(request)) return next(request, response);
    const wanted = readWanted(request);
    if (!wanted) return next(request, response);
    const allowed = checkAll(authorizer, questionsOf(wanted, request.context.user));
    const goOn = (): void | Promise<void> => become(wanted, request, response, next);
    return allowed instanceof Promise ? allowed.then(goOn) : goOn();
  };
}

function asksForIt({ headers }: ApiRequest): boolean {
  for (const name in headers) if (name.startsWith(PREFIX) && headers[name] !== undefined) return true;
  return false;
}

/** Undefined where the headers that begin so are none of upstream's. */
function readWanted(request: ApiRequest): Wanted | undefined {
  const groups: string[] = [];
  const extra = new Map<string, string[]>();
  let [user, uid] = ['', ''];
  for (const [name, value] of impersonationHeaders(request)) {
    if (name === USER) user ||= value;
    else if (name === UID) uid ||= value;
    else if (name === GROUP) groups.push(value);
    else if (name.startsWith(EXTRA_PREFIX)) {
      const key = unescapeHeaderKey(name.slice(EXTRA_PREFIX.length));
      extra.set(key, [...(extra.get(key) ?? []), value]);
    }
  }
  if (user) return { user, groups, uid, extra };
  if (!groups.length && !uid && !extra.size) return undefined;
  const what = [...groups.map((group) => `group ${group}`), ...[...extra.keys()].map((key) => `extra ${key}`), ...(uid ? [`uid ${uid}`] : [])];
  throw new StatusError(500, 'InternalError', `Internal Server Error: ${JSON.stringify(request.url)}: requested [${what.join(', ')}] without impersonating a user`);
}

/** As they were sent: node joins headers of one name with commas, which group names may hold. */
function* impersonationHeaders({ rawHeaders }: ApiRequest): Generator<[name: string, value: string]> {
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (name.startsWith(PREFIX)) yield [name, rawHeaders[i + 1]!];
  }
}

interface AccountName {
  readonly namespace: string;
  readonly name: string;
}

/** The service account that a user name stands for. */
function accountOf(user: string): AccountName | undefined {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  return namespace && name ? { namespace, name } : undefined;
}

const NOBODY_ELSE = { isResourceRequest: true, path: '', verb: 'impersonate', apiGroup: '', apiVersion: 'v1', namespace: '', subresource: '' };
const AUTHENTICATION = { apiGroup: 'authentication.k8s.io' };

function questionsOf({ user, groups, uid, extra }: Wanted, requestor: UserInfo): AuthorizationAttributes[] {
  const about = { ...NOBODY_ELSE, user: requestor };
  const account = accountOf(user);
  return [
    account ? { ...about, resource: 'serviceaccounts', ...account } : { ...about, resource: 'users', name: user },
    ...groups.map((name) => ({ ...about, resource: 'groups', name })),
    ...[...extra].flatMap(([subresource, values]) => {
      return values.map((name) => ({ ...about, ...AUTHENTICATION, resource: 'userextras', subresource, name }));
    }),
    ...(uid ? [{ ...about, ...AUTHENTICATION, resource: 'uids', name: uid }] : []),
  ];
}

/** Throws 403 with the first that is refused. A promise only if the authorizer waits. */
function checkAll(authorizer: Authorizer, questions: readonly AuthorizationAttributes[], first = 0): Eventually<void> {
  for (let i = first; i < questions.length; i += 1) {
    const question = questions[i]!;
    const decided = authorizer.authorize(question);
    if (decided instanceof Promise) {
      return decided.then((late) => {
        check(question, late);
        return checkAll(authorizer, questions, i + 1);
      });
    }
    check(question, decided);
  }
}

function check(question: AuthorizationAttributes, { decision, reason }: Decision): void {
  if (decision !== 'Allow') throw forbidden(question, reason);
}

function become(wanted: Wanted, request: ApiRequest, response: ApiResponse, next: Parameters<Filter>[0]): void | Promise<void> {
  const { context, headers } = request;
  context.impersonatedBy = context.user;
  context.user = impersonated(wanted);
  // Nobody further in shall take them for the client's own.
  for (const name of Object.keys(headers)) if (name.startsWith(PREFIX)) headers[name] = undefined;
  return next(request, response);
}

/** Groups that are given are all that there are, but for that of everybody known or unknown. */
function impersonated({ user, groups: given, uid, extra }: Wanted): UserInfo {
  const account = accountOf(user);
  const groups = given.length || !account ? [...given] : groupsOf(account.namespace);
  if (user === ANONYMOUS) {
    if (!groups.includes(UNAUTHENTICATED)) groups.push(UNAUTHENTICATED);
  } else if (!groups.includes(AUTHENTICATED) && !groups.includes(UNAUTHENTICATED)) groups.push(AUTHENTICATED);
  return { name: user, groups, ...(uid && { uid }), ...(extra.size && { extra: Object.fromEntries(extra) }) };
}
