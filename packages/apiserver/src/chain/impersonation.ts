import { newInternalError, StatusError } from '@typekube/apimachinery';
import { unescapeHeaderKey } from '@typekube/component-base';
import type { Authorizer, AuthorizationAttributes } from '../authz/authorizer';
import { requestAttributes } from '../authz/request-attributes';
import { BoundedMap } from '../cache/bounded-map';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { forbidden } from './authorization';
import type { Filter } from './filter';
import { type Mode, MODES, type Step, type Wanted } from './impersonation-modes';
import type { UserInfo } from './request-context';

const PREFIX = 'impersonate-';
const USER = 'impersonate-user';
const GROUP = 'impersonate-group';
const UID = 'impersonate-uid';
const EXTRA_PREFIX = 'impersonate-extra-';

const ANONYMOUS = 'system:anonymous';
const AUTHENTICATED = 'system:authenticated';
const UNAUTHENTICATED = 'system:unauthenticated';

/** Clients whose way of impersonation is remembered: they will use it again. */
const MAX_REMEMBERED = 1024;

/**
 * Takes the client for somebody else, if it asks so and may (upstream's WithConstrainedImpersonation): the ways of `impersonation-modes.ts` are tried
 * one after the other. The one it really is stays in the context as `impersonatedBy`.
 */
export function withImpersonation(authorizer: Authorizer): Filter {
  const remembered = new BoundedMap<string, Mode>(MAX_REMEMBERED);
  const modeFor = async (wanted: Wanted, attributes: AuthorizationAttributes): Promise<Mode> => {
    const { user } = attributes;
    const last = remembered.get(user.name);
    let refusal: StatusError | undefined;
    for (const mode of last ? [last, ...MODES.filter((other) => other !== last)] : MODES) {
      if (!mode.appliesTo(wanted, user)) continue;
      const steps = mode.stepsFor(wanted, attributes);
      const problem = steps instanceof StatusError ? steps : await refusalOf(authorizer, steps);
      if (!problem) {
        remembered.set(user.name, mode, Infinity);
        return mode;
      }
      // The first way that could have been meant is told of.
      refusal ??= problem;
    }
    throw refusal ?? newInternalError(new Error('all impersonation modes failed'));
  };
  return (next) => (request, response) => {
    if (!asksForIt(request)) return next(request, response);
    const wanted = readWanted(request);
    if (!wanted) return next(request, response);
    return modeFor(wanted, requestAttributes(request.context)).then((mode) => become({ wanted, mode }, request, response, next));
  };
}

async function refusalOf(authorizer: Authorizer, steps: readonly Step[]): Promise<StatusError | undefined> {
  for (const { each, instead } of steps) {
    if (instead && (await authorizer.authorize(instead)).decision === 'Allow') continue;
    for (const question of each) {
      const { decision, reason } = await authorizer.authorize(question);
      if (decision !== 'Allow') return forbidden(question, reason);
    }
  }
  return undefined;
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

interface Chosen {
  readonly wanted: Wanted;
  readonly mode: Mode;
}

function become({ wanted, mode }: Chosen, request: ApiRequest, response: ApiResponse, next: Parameters<Filter>[0]): void | Promise<void> {
  const { context, headers } = request;
  context.impersonatedBy = context.user;
  context.user = impersonated(wanted, mode.groupsFor(wanted));
  context.impersonationConstraint = mode.constraint;
  // Nobody further in shall take them for the client's own.
  for (const name of Object.keys(headers)) if (name.startsWith(PREFIX)) headers[name] = undefined;
  return next(request, response);
}

/** Groups that are given are all that there are, but for that of everybody known or unknown. */
function impersonated({ user, uid, extra }: Wanted, given: readonly string[]): UserInfo {
  const groups = [...given];
  if (user === ANONYMOUS) {
    if (!groups.includes(UNAUTHENTICATED)) groups.push(UNAUTHENTICATED);
  } else if (!groups.includes(AUTHENTICATED) && !groups.includes(UNAUTHENTICATED)) groups.push(AUTHENTICATED);
  return { name: user, groups, ...(uid && { uid }), ...(extra.size && { extra: Object.fromEntries(extra) }) };
}
