import { readFile } from 'node:fs/promises';
import { duplicate, type FieldError, fieldErrorMessage, FieldPath, forbidden, invalid, required, tooMany } from '@typekube/apimachinery';
import { ConfigError, type ConfigValue, parseConfig } from '@typekube/component-base';
import { CertificatePool } from '../certificate-pool';
import { SIGNING_ALGORITHMS } from './from-flags';
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

function toIssuer({ issuer = {}, claimMappings = {}, claimValidationRules = [] }: Jwt): OidcIssuer {
  const mapping = (given: { claim?: string; prefix?: string } | undefined): ClaimMapping => ({ claim: given?.claim ?? '', prefix: given?.prefix ?? '' });
  return {
    url: issuer.url ?? '',
    discoveryUrl: issuer.discoveryURL,
    certificateAuthority: issuer.certificateAuthority,
    audiences: issuer.audiences ?? [],
    username: mapping(claimMappings.username),
    groups: claimMappings.groups?.claim ? mapping(claimMappings.groups) : undefined,
    uidClaim: claimMappings.uid?.claim,
    requiredClaims: claimValidationRules.map(({ claim = '', requiredValue = '' }) => ({ claim, value: requiredValue })),
    signingAlgorithms: SIGNING_ALGORITHMS,
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

/** What needs an expression to be evaluated is refused: to leave it out would let in whom it keeps out. */
function noExpression(expression: string | undefined, path: FieldPath): FieldError[] {
  return expression === undefined ? [] : [forbidden(path, 'CEL expressions are not supported')];
}

function validateRules({ claimValidationRules = [], userValidationRules = [] }: Jwt, path: FieldPath): FieldError[] {
  const rules = path.child('claimValidationRules');
  return [
    ...claimValidationRules.flatMap(({ claim, expression, message }, i) => {
      if (expression !== undefined) return noExpression(expression, rules.index(i).child('expression'));
      if (!claim) return [required(rules.index(i), 'claim or expression is required')];
      return [
        ...(message ? [invalid(rules.index(i).child('message'), message, 'may not be specified when claim is set')] : []),
        ...(claimValidationRules.findIndex((other) => other.claim === claim) === i ? [] : [duplicate(rules.index(i).child('claim'), claim)]),
      ];
    }),
    ...userValidationRules.map((_rule, i) => forbidden(path.child('userValidationRules').index(i).child('expression'), 'CEL expressions are not supported')),
  ];
}

function validateMappings({ claimMappings: { username, groups, uid, extra = [] } = {} }: Jwt, path: FieldPath): FieldError[] {
  return [
    ...(username?.claim || username?.expression !== undefined ? [] : [required(path.child('username'), 'claim or expression is required')]),
    ...validateMapping(username, path.child('username')),
    ...validateMapping(groups, path.child('groups')),
    ...noExpression(uid?.expression, path.child('uid', 'expression')),
    ...extra.map((_each, i) => forbidden(path.child('extra').index(i).child('valueExpression'), 'CEL expressions are not supported')),
  ];
}

/** A prefix must be chosen, be it none: it keeps the names of an issuer apart from others. */
function validateMapping(mapping: { claim?: string; prefix?: string; expression?: string } | undefined, path: FieldPath): FieldError[] {
  if (!mapping) return [];
  const { claim, prefix, expression } = mapping;
  const why = 'prefix is required when claim is set. It can be set to an empty string to disable prefixing';
  return [
    ...noExpression(expression, path.child('expression')),
    ...(claim && prefix === undefined ? [required(path.child('prefix'), why)] : []),
  ];
}
