import { readFile } from 'node:fs/promises';
import { duplicate, type FieldError, fieldErrorMessage, FieldPath, forbidden, invalid, isDomainPrefixedPath, required, tooMany } from '@typekube/apimachinery';
import { CertificatePool, ConfigError, type ConfigValue, parseConfig } from '@typekube/component-base';
import { SIGNING_ALGORITHMS } from './from-flags';
import {
  checkExpression, claimsEnvironment, claimsUsed, compileChecked, type IssuerExpressions, type Rule, userEnvironment,
} from './expressions';
import type { ClaimMapping, OidcIssuer } from './provider';

const GROUP = 'apiserver.config.k8s.io';

/** As upstream: each issuer is asked of every token. */
const MAX_ISSUERS = 64;

const MAPPING = { fields: { claim: 'string', prefix: 'string', expression: 'string' } } as const;

const FIELDS = {
  jwt: {
    list: {
      fields: {
        issuer: {
          fields: {
            url: 'string',
            discoveryURL: 'string',
            certificateAuthority: 'string',
            audiences: { list: 'string' },
            audienceMatchPolicy: 'string',
            egressSelectorType: 'string',
          },
        },
        claimValidationRules: { list: { fields: { claim: 'string', requiredValue: 'string', expression: 'string', message: 'string' } } },
        claimMappings: {
          fields: {
            username: MAPPING,
            groups: MAPPING,
            uid: { fields: { claim: 'string', expression: 'string' } },
            extra: { list: { fields: { key: 'string', valueExpression: 'string' } } },
          },
        },
        userValidationRules: { list: { fields: { expression: 'string', message: 'string' } } },
      },
    },
  },
  anonymous: { fields: { enabled: 'boolean', conditions: { list: { fields: { path: 'string' } } } } },
} as const;

type Config = ConfigValue<{ fields: typeof FIELDS }>;
type Jwt = NonNullable<Config['jwt']>[number];

export interface AuthenticationConfig {
  readonly issuers: readonly OidcIssuer[];
  /** Undefined where the file does not say. */
  readonly anonymous: { readonly enabled: boolean; readonly paths: ReadonlySet<string> | undefined } | undefined;
}

/** Reads `--authentication-config`. Fails with all that is wrong, each with the path of its field. */
export async function readAuthenticationConfig(path: string, ownIssuers: readonly string[]): Promise<AuthenticationConfig> {
  try {
    return await parseAuthenticationConfig(await readFile(path, 'utf8'), ownIssuers);
  } catch (error) {
    throw new ConfigError(`--authentication-config ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** `ownIssuers` are those of the server's own tokens, which no other may be. */
export async function parseAuthenticationConfig(text: string, ownIssuers: readonly string[]): Promise<AuthenticationConfig> {
  const config = await parseConfig(text, { apiVersion: `${GROUP}/${versionOf(text)}`, kind: 'AuthenticationConfiguration', fields: FIELDS });
  const errors = validate(config, ownIssuers);
  if (errors.length) throw new ConfigError(errors.map(fieldErrorMessage).join(', '));
  const { jwt = [], anonymous } = config;
  const paths = anonymous?.conditions?.map(({ path }) => path ?? '') ?? [];
  return {
    issuers: jwt.map(toIssuer),
    anonymous: anonymous && { enabled: anonymous.enabled ?? false, paths: paths.length ? new Set(paths) : undefined },
  };
}

/** The versions differ in nothing that is read here; whether the text is of one of them at all is checked when it is parsed. */
function versionOf(text: string): string {
  const [, version] = /apiVersion"?\s*:\s*["']?apiserver\.config\.k8s\.io\/(v1(?:beta1|alpha1)?)\b/.exec(text) ?? [];
  return version ?? 'v1';
}

function toIssuer(jwt: Jwt): OidcIssuer {
  const { issuer = {}, claimMappings = {}, claimValidationRules = [] } = jwt;
  const expressions = expressionsOf(jwt);
  const mapping = (given: { claim?: string; prefix?: string } | undefined): ClaimMapping => ({ claim: given?.claim ?? '', prefix: given?.prefix ?? '' });
  return {
    url: issuer.url ?? '',
    discoveryUrl: issuer.discoveryURL,
    certificateAuthority: issuer.certificateAuthority,
    audiences: issuer.audiences ?? [],
    username: mapping(claimMappings.username),
    groups: claimMappings.groups?.claim ? mapping(claimMappings.groups) : undefined,
    uidClaim: claimMappings.uid?.claim,
    requiredClaims: claimValidationRules.filter(({ expression }) => !expression).map(({ claim = '', requiredValue = '' }) => ({ claim, value: requiredValue })),
    signingAlgorithms: SIGNING_ALGORITHMS,
    ...(expressions && { expressions }),
  };
}

/** The expressions of an issuer, of a configuration that was validated; undefined where it has none. */
function expressionsOf({ claimMappings: { username, groups, uid, extra = [] } = {}, claimValidationRules = [], userValidationRules = [] }: Jwt): IssuerExpressions | undefined {
  const claimRules = claimValidationRules.filter(({ expression }) => expression);
  const isUsed = [username, groups, uid].some((mapping) => mapping?.expression) || extra.length || claimRules.length || userValidationRules.length;
  if (!isUsed) return undefined;
  const [ofClaims, ofUser] = [claimsEnvironment(), userEnvironment()];
  const mapped = (mapping: { expression?: string } | undefined): ReturnType<typeof compileChecked> | undefined =>
    mapping?.expression ? compileChecked(mapping.expression, ofClaims) : undefined;
  const rule = (environment: typeof ofClaims) => ({ expression = '', message = '' }: { expression?: string; message?: string }): Rule => ({
    expression,
    message,
    program: compileChecked(expression, environment),
  });
  return {
    username: mapped(username),
    groups: mapped(groups),
    uid: mapped(uid),
    extra: extra.map(({ key = '', valueExpression = '' }) => ({ key, program: compileChecked(valueExpression, ofClaims) })),
    claimRules: claimRules.map(rule(ofClaims)),
    userRules: userValidationRules.map(rule(ofUser)),
  };
}

function validate({ jwt = [], anonymous }: Config, ownIssuers: readonly string[]): FieldError[] {
  const root = FieldPath.of('jwt');
  if (jwt.length > MAX_ISSUERS) return [tooMany(root, jwt.length, MAX_ISSUERS)];
  const issuers = jwt.map(({ issuer }) => issuer ?? {});
  const conditions = anonymous?.conditions ?? [];
  const anonymousPath = FieldPath.of('anonymous', 'conditions');
  return [
    ...jwt.flatMap((each, i) => [
      ...validateIssuer(each, root.index(i).child('issuer'), ownIssuers),
      ...(['url', 'discoveryURL'] as const).flatMap((field) => {
        const value = issuers[i]?.[field];
        const isFirst = issuers.findIndex((other) => other[field] === value) === i;
        return value && !isFirst ? [duplicate(root.index(i).child('issuer', field), value)] : [];
      }),
      ...validateRules(each, root.index(i)),
      ...validateMappings(each, root.index(i).child('claimMappings')),
    ]),
    ...(conditions.length && !anonymous?.enabled ? [invalid(anonymousPath, conditions, 'enabled should be set to true when conditions are defined')] : []),
    ...conditions.flatMap(({ path }, i) => (path ? [] : [required(anonymousPath.index(i).child('path'))])),
  ];
}

function validateIssuer({ issuer = {} }: Jwt, path: FieldPath, ownIssuers: readonly string[]): FieldError[] {
  const { url, discoveryURL, audiences = [], audienceMatchPolicy: policy = '', egressSelectorType } = issuer;
  const audiencesPath = path.child('audiences');
  return [
    ...(url ? validateUrl(url, path.child('url')) : [required(path.child('url'))]),
    ...(url && ownIssuers.includes(url) ? [invalid(path.child('url'), url, `URL must not overlap with disallowed issuers: [${ownIssuers.join(' ')}]`)] : []),
    ...(discoveryURL ? validateUrl(discoveryURL, path.child('discoveryURL')) : []),
    ...(discoveryURL && discoveryURL.replace(/\/+$/, '') === url?.replace(/\/+$/, '')
      ? [invalid(path.child('discoveryURL'), discoveryURL, 'discoveryURL must be different from URL')]
      : []),
    ...(audiences.length ? [] : [required(audiencesPath, `at least one ${audiencesPath.toString()} is required`)]),
    ...audiences.flatMap((audience, i) => {
      if (!audience) return [required(audiencesPath.index(i))];
      return audiences.indexOf(audience) === i ? [] : [duplicate(audiencesPath.index(i), audience)];
    }),
    ...(audiences.length > 1 && policy !== 'MatchAny'
      ? [invalid(path.child('audienceMatchPolicy'), policy, 'audienceMatchPolicy must be MatchAny for multiple audiences')]
      : []),
    ...(audiences.length <= 1 && policy !== '' && policy !== 'MatchAny'
      ? [invalid(path.child('audienceMatchPolicy'), policy, 'audienceMatchPolicy must be empty or MatchAny for single audience')]
      : []),
    ...validateAuthority(issuer.certificateAuthority, path.child('certificateAuthority')),
    ...(egressSelectorType ? [forbidden(path.child('egressSelectorType'), 'egress selectors are not supported')] : []),
  ];
}

/** The text is not shown: somebody may have put a key there. */
function validateAuthority(pem: string | undefined, path: FieldPath): FieldError[] {
  if (!pem) return [];
  try {
    void new CertificatePool(pem, 'not an authority');
    return [];
  } catch (error) {
    return [invalid(path, '<omitted>', (error as Error).message)];
  }
}

function validateUrl(url: string, path: FieldPath): FieldError[] {
  if (!URL.canParse(url)) return [invalid(path, url, 'not a URL')];
  const { protocol, username, password, search, hash } = new URL(url);
  const rules: readonly (readonly [boolean, string])[] = [
    [protocol !== 'https:', 'URL scheme must be https'],
    [username !== '' || password !== '', 'URL must not contain a username or password'],
    [search !== '', 'URL must not contain a query'],
    [hash !== '', 'URL must not contain a fragment'],
  ];
  return rules.flatMap(([isWrong, why]) => (isWrong ? [invalid(path, url, why)] : []));
}

const BOTH = "claim and expression can't both be set";

function validateRules({ claimValidationRules = [], userValidationRules = [] }: Jwt, path: FieldPath): FieldError[] {
  const [rules, userRules] = [path.child('claimValidationRules'), path.child('userValidationRules')];
  const isRepeated = (all: readonly { readonly expression?: string }[], i: number): boolean => all.findIndex(({ expression }) => expression === all[i]?.expression) < i;
  return [
    ...claimValidationRules.flatMap(({ claim, expression, requiredValue, message }, i) => {
      const at = rules.index(i);
      if (claim && expression) return [invalid(at, claim, BOTH)];
      if (expression !== undefined && !claim) {
        if (requiredValue) return [invalid(at.child('requiredValue'), requiredValue, "requiredValue can't be set when expression is set")];
        if (isRepeated(claimValidationRules, i)) return [duplicate(at.child('expression'), expression)];
        return checkExpression(expression, at.child('expression'), { environment: claimsEnvironment(), condition: true });
      }
      if (!claim) return [required(at, 'claim or expression is required')];
      return [
        ...(message ? [invalid(at.child('message'), message, 'may not be specified when claim is set')] : []),
        ...(claimValidationRules.findIndex((other) => other.claim === claim) === i ? [] : [duplicate(at.child('claim'), claim)]),
      ];
    }),
    ...userValidationRules.flatMap(({ expression }, i) => {
      const at = userRules.index(i).child('expression');
      return expression && isRepeated(userValidationRules, i) ? [duplicate(at, expression)] : checkExpression(expression, at, { environment: userEnvironment(), condition: true });
    }),
  ];
}

function validateMappings(jwt: Jwt, path: FieldPath): FieldError[] {
  const { username, groups, uid, extra = [] } = jwt.claimMappings ?? {};
  const errors = [
    ...(username?.claim || username?.expression !== undefined ? [] : [required(path.child('username'), 'claim or expression is required')]),
    ...validateMapping(username, path.child('username')),
    ...validateMapping(groups, path.child('groups')),
    ...validateMapping(uid && { ...uid, prefix: uid.claim ? '' : undefined }, path.child('uid')),
    ...extra.flatMap(({ key = '', valueExpression }, i) => {
      const at = path.child('extra').index(i);
      const isRepeated = extra.findIndex((other) => other.key === key) < i;
      return [
        ...validateExtraKey(key, at.child('key')),
        ...(isRepeated ? [duplicate(at.child('key'), key)] : []),
        ...checkExpression(valueExpression, at.child('valueExpression'), { environment: claimsEnvironment(), condition: false }),
      ];
    }),
  ];
  return errors.length ? errors : validateEmail(jwt, path.child('username', 'expression'));
}

/** Whose name is an address must look at whether that was verified. */
function validateEmail({ claimMappings: { username, extra = [] } = {}, claimValidationRules = [] }: Jwt, path: FieldPath): FieldError[] {
  const expression = username?.expression;
  if (!expression || !claimsUsed(expression).has('email')) return [];
  const all = [expression, ...extra.map((each) => each.valueExpression ?? ''), ...claimValidationRules.map((rule) => rule.expression ?? '')];
  const looks = all.some((each) => each && !checkExpression(each, path, { environment: claimsEnvironment(), condition: false }).length && claimsUsed(each).has('email_verified'));
  const why =
    'claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression';
  return looks ? [] : [invalid(path, expression, why)];
}

function validateExtraKey(key: string, path: FieldPath): FieldError[] {
  if (!key) return [required(path)];
  if (key !== key.toLowerCase()) return [invalid(path, key, 'must be lowercase')];
  const domain = key.split('/')[0] ?? '';
  if (/(?:^|\.)(?:k8s|kubernetes)\.io$/.test(domain)) return [invalid(path, key, 'k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use')];
  return isDomainPrefixedPath(path, key);
}

/** A prefix must be chosen, be it none: it keeps the names of an issuer apart from others. */
function validateMapping(mapping: { claim?: string; prefix?: string | undefined; expression?: string } | undefined, path: FieldPath): FieldError[] {
  if (!mapping) return [];
  const { claim, prefix, expression } = mapping;
  if (expression !== undefined) {
    if (claim) return [invalid(path, claim, BOTH)];
    if (prefix !== undefined) return [invalid(path.child('prefix'), prefix, "prefix can't be set when expression is set")];
    return checkExpression(expression, path.child('expression'), { environment: claimsEnvironment(), condition: false });
  }
  const why = 'prefix is required when claim is set. It can be set to an empty string to disable prefixing';
  return claim && prefix === undefined ? [required(path.child('prefix'), why)] : [];
}
