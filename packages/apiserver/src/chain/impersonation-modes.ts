import { FieldPath, isDNS1123Label, isDNS1123Subdomain, isDomainPrefixedPath, type StatusError } from '@typekube/apimachinery';
import { groupsOf } from '../authn/service-account/user';
import type { AuthorizationAttributes } from '../authz/authorizer';
import { forbidden } from './authorization';
import type { UserInfo } from './request-context';

/** Whom a client wants to be taken for. */
export interface Wanted {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid: string;
  readonly extra: ReadonlyMap<string, readonly string[]>;
}

/** What the authorizer is asked: each of them, unless it allows what stands for all. */
export interface Step {
  readonly each: readonly AuthorizationAttributes[];
  readonly instead?: AuthorizationAttributes;
}

/** A way to be taken for somebody else. */
export interface Mode {
  /** The verb that allows it, as the audit log names it; undefined for the old way, which is bound to nothing. */
  readonly constraint: string | undefined;
  appliesTo(wanted: Wanted, requestor: UserInfo): boolean;
  /** What must be allowed for this request, in order, or why it never is. */
  stepsFor(wanted: Wanted, request: AuthorizationAttributes): readonly Step[] | StatusError;
  groupsFor(wanted: Wanted): readonly string[];
}

const AUTHENTICATION = 'authentication.k8s.io';
const NODE_NAME = 'authentication.kubernetes.io/node-name';
const ASSOCIATED_KEYS = 'authentication.kubernetes.io/associated-node-keys';
const MASTERS = 'system:masters';
/** From so many on, it is asked first whether all are allowed (upstream's). */
const MANY = 4;

/**
 * Upstream's modes, in its order. All but the last are constrained (KEP-5284): besides `impersonate:MODE` of whom, the client needs
 * `impersonate-on:MODE:VERB` of what it asks for.
 */
export const MODES: readonly Mode[] = [
  constrained('associated-node', (wanted, requestor) => {
    const node = onlyName(wanted) ? nodeOf(wanted.user) : undefined;
    return node !== undefined && nodeOfAccount(requestor) === node;
  }),
  constrained('arbitrary-node', (wanted) => onlyName(wanted) && nodeOf(wanted.user) !== undefined),
  constrained('serviceaccount', (wanted) => onlyName(wanted) && accountOf(wanted.user) !== undefined),
  constrained('user-info', ({ user }) => nodeOf(user) === undefined && accountOf(user) === undefined),
  {
    constraint: undefined,
    appliesTo: () => true,
    stepsFor: (wanted, { user }) => [{ each: identityQuestions(wanted, { user, verb: 'impersonate', apiGroup: '' }).flat() }],
    groupsFor: ({ user, groups }) => accountGroups(user, groups),
  },
];

function constrained(name: string, appliesTo: Mode['appliesTo']): Mode {
  const verb = `impersonate:${name}`;
  const isAssociated = name === 'associated-node';
  return {
    constraint: verb,
    appliesTo,
    stepsFor(wanted, request) {
      // Which of the nodes it is on has been found out: what is asked is the same for all.
      const user = isAssociated ? withoutNode(request.user) : request.user;
      const about = { user, verb, apiGroup: AUTHENTICATION };
      const problem = neverAllowed(wanted, about);
      if (problem) return problem;
      const on = { ...request, user, verb: `impersonate-on:${name}:${request.verb}` };
      const [whom, uid, groups, extra] = identityQuestions(wanted, about);
      return [
        { each: [on] },
        { each: isAssociated ? whom.map((question) => ({ ...question, name: '*' })) : whom },
        { each: uid },
        { each: groups, ...(groups.length >= MANY && { instead: question(about, 'groups', '*') }) },
        { each: extra, ...(extra.length >= MANY && { instead: { ...question(about, 'userextras', '*'), subresource: '*' } }) },
      ];
    },
    groupsFor: ({ user, groups }) => (nodeOf(user) === undefined ? accountGroups(user, groups) : ['system:nodes']),
  };
}

function withoutNode(user: UserInfo): UserInfo {
  return { ...user, extra: { [ASSOCIATED_KEYS]: Object.keys(user.extra ?? {}).sort() } };
}

type About = Pick<AuthorizationAttributes, 'user' | 'verb' | 'apiGroup'>;

function question(about: About, resource: string, name: string): AuthorizationAttributes {
  return { isResourceRequest: true, path: '', apiVersion: 'v1', namespace: '', resource, subresource: '', name, ...about };
}

/** Of the name, the uid, the groups and the extra values. The latter and the uid are of their own API group in every mode. */
function identityQuestions({ user, groups, uid, extra }: Wanted, about: About): readonly [AuthorizationAttributes[], AuthorizationAttributes[], AuthorizationAttributes[], AuthorizationAttributes[]] {
  const ofAuthentication = { ...about, apiGroup: AUTHENTICATION };
  const values = [...extra].flatMap(([subresource, all]) => all.map((value) => ({ ...question(ofAuthentication, 'userextras', value), subresource })));
  return [
    [whomQuestion(user, about)],
    uid ? [question(ofAuthentication, 'uids', uid)] : [],
    groups.map((group) => question(about, 'groups', group)),
    values,
  ];
}

function whomQuestion(user: string, about: About): AuthorizationAttributes {
  const account = accountOf(user);
  if (account) return { ...question(about, 'serviceaccounts', account.name), namespace: account.namespace };
  const node = about.apiGroup === AUTHENTICATION ? nodeOf(user) : undefined;
  return node === undefined ? question(about, 'users', user) : question(about, 'nodes', node);
}

/** What the old way lets pass and a constrained one does not. */
function neverAllowed({ groups, extra }: Wanted, about: About): StatusError | undefined {
  if (groups.includes('')) return forbidden(question(about, 'groups', ''), 'impersonating the empty string group is not allowed');
  if (groups.includes(MASTERS)) return forbidden(question(about, 'groups', MASTERS), `impersonating the ${MASTERS} group is not allowed`);
  for (const [key, values] of extra) {
    const why = extraProblem(key, values);
    if (why) return forbidden(question(about, 'userextras', ''), why);
  }
  return undefined;
}

function extraProblem(key: string, values: readonly string[]): string | undefined {
  if (key === '') return 'impersonating the empty string key in extra is not allowed';
  const [problem] = isDomainPrefixedPath(FieldPath.of('extra', 'key'), key);
  if (problem) return `impersonating an invalid key in extra is not allowed: ${problem.field}: Invalid value: ${JSON.stringify(key)}: ${problem.detail}`;
  if (key !== key.toLowerCase()) return `impersonating a non-lowercase key in extra is not allowed: ${JSON.stringify(key)}`;
  return values.includes('') ? 'impersonating the empty string value in extra is not allowed' : undefined;
}

function onlyName({ groups, uid, extra }: Wanted): boolean {
  return groups.length === 0 && uid === '' && extra.size === 0;
}

/** The groups of an account are known, where none are given. */
function accountGroups(user: string, groups: readonly string[]): readonly string[] {
  const account = groups.length ? undefined : accountOf(user);
  return account ? groupsOf(account.namespace) : groups;
}

interface AccountName {
  readonly namespace: string;
  readonly name: string;
}

/** The service account that a user name stands for. */
function accountOf(user: string): AccountName | undefined {
  const [, namespace = '', name = ''] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  const isOne = namespace !== '' && isDNS1123Label(namespace).length === 0 && isDNS1123Subdomain(name).length === 0;
  return isOne ? { namespace, name } : undefined;
}

/** The node of the pod that a service account speaks for, if it is one. */
export function nodeOfAccount({ name, extra }: UserInfo): string | undefined {
  const [node, ...others] = extra?.[NODE_NAME] ?? [];
  return accountOf(name) && others.length === 0 ? node : undefined;
}

const NODE_PREFIX = 'system:node:';

function nodeOf(user: string): string | undefined {
  if (!user.startsWith(NODE_PREFIX)) return undefined;
  const name = user.slice(NODE_PREFIX.length);
  return isDNS1123Subdomain(name).length === 0 ? name : undefined;
}
