import type { Environment, Program, Value } from '@typekube/cel';
import { type FieldError, type FieldPath, invalid, required } from '@typekube/apimachinery';
import type { UserInfo } from '../../chain/request-context';
import { cel } from '../../cel/cel';
import { AuthenticationError } from '../authenticator';

type Claims = Readonly<Record<string, unknown>>;

/** A rule that a token, or the user that was made of it, has to meet. */
export interface Rule {
  readonly expression: string;
  readonly message: string;
  readonly program: Program;
}

/** The expressions of an issuer; what is absent is mapped by claims. */
export interface IssuerExpressions {
  readonly username: Program | undefined;
  readonly groups: Program | undefined;
  readonly uid: Program | undefined;
  readonly extra: readonly { readonly key: string; readonly program: Program }[];
  readonly claimRules: readonly Rule[];
  readonly userRules: readonly Rule[];
}

/** What expressions about the claims of a token see. */
export function claimsEnvironment(): Environment {
  const { DYN, KUBERNETES, mapOf, STRING } = cel();
  return KUBERNETES.withVariables({ claims: mapOf(STRING, DYN) });
}

/** What expressions about the user see. */
export function userEnvironment(): Environment {
  const { AUTHENTICATED_USER, KUBERNETES, typesOf } = cel();
  return KUBERNETES.withVariables({ user: AUTHENTICATED_USER.type }, typesOf(AUTHENTICATED_USER));
}

/** What is wrong with an expression; `condition` where it must be true or false. */
export function checkExpression(expression: string | undefined, path: FieldPath, { environment, condition }: { environment: Environment; condition: boolean }): FieldError[] {
  if (!expression?.trim()) return [required(path, 'expression is required')];
  const { BOOL, compileExpression } = cel();
  const compiled = compileExpression(expression, environment, condition ? [BOOL] : []);
  return 'problem' in compiled ? [invalid(path, expression, compiled.problem)] : [];
}

/** The claims that an expression names. Of one that compiles. */
export function claimsUsed(expression: string): ReadonlySet<string> {
  const { compile, usedFields } = cel();
  return usedFields(compile(expression, claimsEnvironment()).checked, 'claims');
}

/** Of expressions that were checked. */
export function compileChecked(expression: string, environment: Environment): Program {
  return cel().compile(expression, environment);
}

function evaluate(program: Program, name: 'claims' | 'user', value: Value, what: string): Value {
  const { CancelledError, CelError, PER_CALL_LIMIT } = cel();
  try {
    return program.evaluate((variable) => (variable === name ? value : undefined), { cost: PER_CALL_LIMIT }).value;
  } catch (error) {
    if (!(error instanceof CelError) && !(error instanceof CancelledError)) throw error;
    throw new AuthenticationError(`oidc: error evaluating ${what}: ${error.message}`, { cause: error });
  }
}

function mustHold(rules: readonly Rule[], name: 'claims' | 'user', value: Value, what: string): void {
  for (const { expression, message, program } of rules) {
    if (evaluate(program, name, value, what) === true) continue;
    throw new AuthenticationError(`oidc: error evaluating ${what}: validation expression '${expression}' failed: ${message}`);
  }
}

/** Throws where the claims do not meet the rules. */
export function checkClaims({ claimRules }: IssuerExpressions, claims: Claims): void {
  if (claimRules.length) mustHold(claimRules, 'claims', cel().fromJson(claims), 'claim validation expression');
}

/** The parts of the user that expressions make of the claims. */
export function mapClaims({ username, groups, uid, extra }: IssuerExpressions, claims: Claims): Partial<UserInfo> {
  if (!username && !groups && !uid && !extra.length) return {};
  const value = cel().fromJson(claims);
  const mapped = extra.map(({ key, program }) => [key, texts(evaluate(program, 'claims', value, 'extra claim expression'), 'extra')] as const);
  return {
    ...(username && { name: nonEmpty(evaluate(username, 'claims', value, 'username claim expression'), 'username') }),
    ...(groups && { groups: texts(evaluate(groups, 'claims', value, 'group claim expression'), 'group') }),
    ...(uid && { uid: text(evaluate(uid, 'claims', value, 'uid claim expression'), 'uid') }),
    ...(mapped.length && { extra: Object.fromEntries(mapped.filter(([, values]) => values.length)) }),
  };
}

/** Throws where the user does not meet the rules. */
export function checkUser({ userRules }: IssuerExpressions, { name, uid = '', groups, extra = {} }: UserInfo): void {
  if (!userRules.length) return;
  mustHold(userRules, 'user', cel().AUTHENTICATED_USER.fromJson({ username: name, uid, groups, extra }), 'user info validation rule');
}

function text(value: Value, what: string): string {
  if (typeof value === 'string') return value;
  throw new AuthenticationError(`oidc: error evaluating ${what} claim expression: expression must return a string`);
}

function nonEmpty(value: Value, what: string): string {
  const found = text(value, what);
  if (found !== '') return found;
  throw new AuthenticationError(`oidc: ${what} claim value is empty`);
}

/** A text, or a list of texts; empty ones do not count, nor does null. */
function texts(value: Value, what: string): string[] {
  if (value === null) return [];
  const all = typeof value === 'string' ? [value] : cel().isList(value) ? value : undefined;
  if (!all) throw new AuthenticationError(`oidc: error evaluating ${what} claim expression: expression must return a string or a list of strings`);
  return all.map((each) => text(each, what)).filter((each) => each !== '');
}
