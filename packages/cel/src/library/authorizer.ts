import { type Library, method, type Overload } from '../env/declarations';
import { BOOL, opaqueType, STRING } from '../types/cel-type';
import { CelError } from '../values/cel-error';
import { OpaqueValue } from '../values/opaque-value';
import type { Value } from '../values/value';
import { opaque, text } from './arguments';

export const AUTHORIZER = opaqueType('kubernetes.authorization.Authorizer');
const PATH_CHECK = opaqueType('kubernetes.authorization.PathCheck');
const GROUP_CHECK = opaqueType('kubernetes.authorization.GroupCheck');
export const RESOURCE_CHECK = opaqueType('kubernetes.authorization.ResourceCheck');
const DECISION = opaqueType('kubernetes.authorization.Decision');

/** What an expression asks: of a resource, or of a path. */
export interface AuthorizationQuestion {
  readonly verb: string;
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
  readonly path?: string;
  readonly resource?: {
    readonly group: string;
    readonly resource: string;
    readonly subresource: string;
    readonly namespace: string;
    readonly name: string;
    readonly fieldSelector?: string;
    readonly labelSelector?: string;
  };
}

export interface AuthorizationAnswer {
  readonly allowed: boolean;
  readonly reason: string;
  readonly error?: string;
}

/** Answers what expressions ask. It may throw what is no CelError to have the evaluation begun anew when it knows. */
export type Authorize = (question: AuthorizationQuestion) => AuthorizationAnswer;

type Subject = Pick<AuthorizationQuestion, 'serviceAccount'>;
type Resource = NonNullable<AuthorizationQuestion['resource']>;

class AuthorizerValue extends OpaqueValue {
  readonly type = AUTHORIZER;

  constructor(readonly authorize: Authorize, readonly subject: Subject) {
    super();
  }
}

class PathCheck extends OpaqueValue {
  readonly type = PATH_CHECK;

  constructor(readonly authorizer: AuthorizerValue, readonly path: string) {
    super();
  }
}

class GroupCheck extends OpaqueValue {
  readonly type = GROUP_CHECK;

  constructor(readonly authorizer: AuthorizerValue, readonly group: string) {
    super();
  }
}

class ResourceCheck extends OpaqueValue {
  readonly type = RESOURCE_CHECK;

  constructor(readonly authorizer: AuthorizerValue, readonly resource: Resource) {
    super();
  }

  with(part: Partial<Resource>): ResourceCheck {
    return new ResourceCheck(this.authorizer, { ...this.resource, ...part });
  }
}

class DecisionValue extends OpaqueValue {
  readonly type = DECISION;

  constructor(readonly answer: AuthorizationAnswer) {
    super();
  }
}

/** The variable `authorizer`. */
export function authorizerValue(authorize: Authorize): Value {
  return new AuthorizerValue(authorize, {});
}

/** The variable `authorizer.requestResource`. */
export function resourceCheckValue(authorize: Authorize, resource: Resource): Value {
  return new ResourceCheck(new AuthorizerValue(authorize, {}), resource);
}

function asServiceAccount(value: Value | undefined, namespace: string, name: string): Value {
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace)) throw new CelError('Invalid service account namespace');
  if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)) throw new CelError('Invalid service account name');
  return new AuthorizerValue(opaque(value, AuthorizerValue).authorize, { serviceAccount: { namespace, name } });
}

function path(value: Value | undefined, path: string): Value {
  if (path === '') throw new CelError('path must not be empty');
  return new PathCheck(opaque(value, AuthorizerValue), path);
}

function resource(value: Value | undefined, name: string): Value {
  const { authorizer, group } = opaque(value, GroupCheck);
  return new ResourceCheck(authorizer, { group, resource: name, subresource: '', namespace: '', name: '' });
}

function decide(authorizer: AuthorizerValue, question: Omit<AuthorizationQuestion, 'serviceAccount'>): Value {
  return new DecisionValue(authorizer.authorize({ ...question, ...authorizer.subject }));
}

function checkPath(value: Value | undefined, verb: string): Value {
  const check = opaque(value, PathCheck);
  return decide(check.authorizer, { verb, path: check.path });
}

function checkResource(value: Value | undefined, verb: string): Value {
  const check = opaque(value, ResourceCheck);
  return decide(check.authorizer, { verb, resource: check.resource });
}

const refine = (name: string, id: string, part: (value: string) => Partial<Resource>): Overload =>
  method(name, id, [RESOURCE_CHECK, STRING], RESOURCE_CHECK, (check, value) => opaque(check, ResourceCheck).with(part(text(value))));

const answer = (value: Value | undefined): AuthorizationAnswer => opaque(value, DecisionValue).answer;

/** Kubernetes' questions to the authorizer. */
export const AUTHORIZATION: Library = [
  method('serviceAccount', 'authorizer_serviceaccount', [AUTHORIZER, STRING, STRING], AUTHORIZER, (value, namespace, name) =>
    asServiceAccount(value, text(namespace), text(name)),
  ),
  method('path', 'authorizer_path', [AUTHORIZER, STRING], PATH_CHECK, (value, each) => path(value, text(each))),
  method('group', 'authorizer_group', [AUTHORIZER, STRING], GROUP_CHECK, (value, group) => new GroupCheck(opaque(value, AuthorizerValue), text(group))),
  method('resource', 'groupcheck_resource', [GROUP_CHECK, STRING], RESOURCE_CHECK, (value, name) => resource(value, text(name))),
  refine('subresource', 'resourcecheck_subresource', (subresource) => ({ subresource })),
  refine('namespace', 'resourcecheck_namespace', (namespace) => ({ namespace })),
  refine('name', 'resourcecheck_name', (name) => ({ name })),
  refine('fieldSelector', 'authorizer_fieldselector', (fieldSelector) => ({ fieldSelector })),
  refine('labelSelector', 'authorizer_labelselector', (labelSelector) => ({ labelSelector })),
  method('check', 'pathcheck_check', [PATH_CHECK, STRING], DECISION, (value, verb) => checkPath(value, text(verb))),
  method('check', 'resourcecheck_check', [RESOURCE_CHECK, STRING], DECISION, (value, verb) => checkResource(value, text(verb))),
  method('errored', 'decision_errored', [DECISION], BOOL, (value) => answer(value).error !== undefined),
  method('error', 'decision_error', [DECISION], STRING, (value) => answer(value).error ?? ''),
  method('allowed', 'decision_allowed', [DECISION], BOOL, (value) => answer(value).allowed),
  method('reason', 'decision_reason', [DECISION], STRING, (value) => answer(value).reason),
];
