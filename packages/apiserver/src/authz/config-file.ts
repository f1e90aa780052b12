import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { type FieldError, FieldPath, fieldErrorMessage, invalid, isDNS1123Subdomain, notSupported, required, duplicate, tooMany } from '@typekube/apimachinery';
import { ConfigError, type ConfigShape, type ConfigValue, loadConfigFile, parseGoDuration } from '@typekube/component-base';
import { aggregateText } from './aggregate-text';
import { conditionProblem } from './webhook/conditions';
import type { AuthorizerSettings, WebhookSettings } from './configuration';

const WEBHOOK = {
  fields: {
    authorizedTTL: 'duration',
    cacheAuthorizedRequests: 'boolean',
    unauthorizedTTL: 'duration',
    cacheUnauthorizedRequests: 'boolean',
    timeout: 'duration',
    subjectAccessReviewVersion: 'string',
    matchConditionSubjectAccessReviewVersion: 'string',
    failurePolicy: 'string',
    connectionInfo: { fields: { type: 'string', kubeConfigFile: 'string' } },
    matchConditions: { list: { fields: { expression: 'string' } } },
  },
} as const satisfies ConfigShape;

const FIELDS = {
  authorizers: { list: { fields: { type: 'string', name: 'string', webhook: WEBHOOK } } },
} as const satisfies Readonly<Record<string, ConfigShape>>;

type RawWebhook = ConfigValue<typeof WEBHOOK>;
type RawAuthorizer = NonNullable<ConfigValue<{ fields: typeof FIELDS }>['authorizers']>[number];

const API_VERSIONS = ['v1', 'v1beta1'];
const TYPES = ['ABAC', 'AlwaysAllow', 'AlwaysDeny', 'Node', 'RBAC', 'Webhook'];
const MAX_TIMEOUT = 30_000;
const MAX_CONDITIONS = 64;

/** Reads `--authorization-config`. Fails with everything that is wrong with it, each with its field. */
export async function loadAuthorizationConfig(path: string, policyFile: string | undefined): Promise<AuthorizerSettings[]> {
  const { authorizers = [] } = await loadAnyVersion(path);
  const problems = validate(authorizers);
  if (problems.length) throw new ConfigError(`${path}: ${aggregateText(problems.map(fieldErrorMessage))}`);
  return authorizers.map((authorizer) => settingsOf(authorizer, policyFile));
}

async function loadAnyVersion(path: string): Promise<ConfigValue<{ fields: typeof FIELDS }>> {
  let failure: unknown;
  for (const version of API_VERSIONS) {
    try {
      return await loadConfigFile(path, { apiVersion: `apiserver.config.k8s.io/${version}`, kind: 'AuthorizationConfiguration', fields: FIELDS });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      // What the file of a known version says is wrong is better told than that it is of another.
      if (!failure || !error.message.startsWith('no kind ')) failure = error;
    }
  }
  throw new ConfigError(`${path}: ${failure instanceof Error ? failure.message : String(failure)}`, { cause: failure });
}

function validate(authorizers: readonly RawAuthorizer[]): FieldError[] {
  const root = FieldPath.of('authorizers');
  if (!authorizers.length) return [required(root, 'at least one authorization mode must be defined')];
  return authorizers.flatMap((authorizer, i) => validateAuthorizer(authorizer, root.index(i), authorizers.slice(0, i)));
}

function validateAuthorizer({ type = '', name = '', webhook }: RawAuthorizer, path: FieldPath, before: readonly RawAuthorizer[]): FieldError[] {
  const errors: FieldError[] = [];
  if (!type) errors.push(required(path.child('type')));
  else if (!TYPES.includes(type)) errors.push(notSupported(path.child('type'), type, TYPES));
  else if (type !== 'Webhook' && before.some((other) => other.type === type)) errors.push(duplicate(path.child('type'), type));
  if (!name) errors.push(required(path.child('name')));
  else if (before.some((other) => other.name === name)) errors.push(duplicate(path.child('name'), name));
  else if (isDNS1123Subdomain(name).length) {
    errors.push(invalid(path.child('name'), name, `authorizer name is invalid: ${isDNS1123Subdomain(name).join(', ')}`));
  }
  if (type !== 'Webhook') return webhook ? [...errors, invalid(path.child('webhook'), 'non-null', 'may only be specified when type=Webhook')] : errors;
  if (!webhook) return [...errors, required(path.child('webhook'), 'required when type=Webhook')];
  return [...errors, ...validateWebhook(webhook, path.child('webhook'))];
}

function validateWebhook(webhook: RawWebhook, path: FieldPath): FieldError[] {
  return [
    ...validateTimes(webhook, path),
    ...validateChoice(webhook.subjectAccessReviewVersion, ['v1', 'v1beta1'], path.child('subjectAccessReviewVersion')),
    ...validateChoice(webhook.failurePolicy, ['Deny', 'NoOpinion'], path.child('failurePolicy')),
    ...validateConnection(webhook.connectionInfo, path.child('connectionInfo')),
    ...validateConditions(webhook, path),
  ];
}

function validateConditions({ matchConditions = [], matchConditionSubjectAccessReviewVersion: version }: RawWebhook, path: FieldPath): FieldError[] {
  if (!matchConditions.length) return [];
  const at = path.child('matchConditions');
  const expressions = matchConditions.map(({ expression = '' }) => expression);
  return [
    ...(version ? [] : [required(path.child('matchConditionSubjectAccessReviewVersion'), 'required if match conditions are specified')]),
    ...(version && version !== 'v1' ? [notSupported(path.child('matchConditionSubjectAccessReviewVersion'), version, ['v1'])] : []),
    ...(expressions.length > MAX_CONDITIONS ? [tooMany(at, expressions.length, MAX_CONDITIONS)] : []),
    ...expressions.flatMap((expression, i) => {
      const place = at.index(i).child('expression');
      if (!expression.trim()) return [required(place)];
      if (expressions.indexOf(expression) < i) return [duplicate(place, expression)];
      const problem = conditionProblem(expression);
      return problem === undefined ? [] : [invalid(place, expression, problem)];
    }),
  ];
}

function validateTimes({ timeout, authorizedTTL, unauthorizedTTL }: RawWebhook, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!timeout) errors.push(required(path.child('timeout')));
  else if (parseGoDuration(timeout) <= 0) errors.push(invalid(path.child('timeout'), timeout, 'must be > 0s and <= 30s'));
  else if (parseGoDuration(timeout) > MAX_TIMEOUT) errors.push(invalid(path.child('timeout'), timeout, 'must be > 0s and <= 30s'));
  for (const [name, value] of Object.entries({ authorizedTTL, unauthorizedTTL })) {
    if (value && parseGoDuration(value) <= 0) errors.push(invalid(path.child(name), value, 'must be > 0s'));
  }
  return errors;
}

function validateChoice(value: string | undefined, choices: readonly string[], path: FieldPath): FieldError[] {
  if (!value) return [required(path)];
  return choices.includes(value) ? [] : [notSupported(path, value, choices)];
}

function validateConnection(connection: RawWebhook['connectionInfo'], path: FieldPath): FieldError[] {
  const { type = '', kubeConfigFile = '' } = connection ?? {};
  if (type === 'InClusterConfig') {
    return [invalid(path.child('type'), type, 'is not supported by this version of the API server yet: use KubeConfigFile')];
  }
  if (type !== 'KubeConfigFile') return validateChoice(type, ['InClusterConfig', 'KubeConfigFile'], path.child('type'));
  const file = path.child('kubeConfigFile');
  if (!kubeConfigFile) return [required(file)];
  if (!isAbsolute(kubeConfigFile)) return [invalid(file, kubeConfigFile, 'must be an absolute path')];
  return existsSync(kubeConfigFile) ? [] : [invalid(file, kubeConfigFile, 'must be a file that exists')];
}

/** Of what has been validated. */
function settingsOf({ type, name = '', webhook = {} }: RawAuthorizer, policyFile: string | undefined): AuthorizerSettings {
  switch (type) {
    case 'AlwaysAllow':
    case 'AlwaysDeny':
    case 'Node':
    case 'RBAC':
      return { type };
    case 'ABAC':
      if (!policyFile) throw new ConfigError("authorization-mode ABAC's authorization policy file not passed");
      return { type, policyFile };
    default:
      return { type: 'Webhook', name, webhook: webhookSettings(webhook) };
  }
}

function webhookSettings(webhook: RawWebhook): WebhookSettings {
  const { authorizedTTL = '5m', unauthorizedTTL = '30s', cacheAuthorizedRequests = true, cacheUnauthorizedRequests = true } = webhook;
  return {
    kubeConfigFile: webhook.connectionInfo?.kubeConfigFile ?? '',
    version: webhook.subjectAccessReviewVersion === 'v1beta1' ? 'v1beta1' : 'v1',
    timeout: parseGoDuration(webhook.timeout ?? ''),
    authorizedTtl: cacheAuthorizedRequests ? parseGoDuration(authorizedTTL) : 0,
    unauthorizedTtl: cacheUnauthorizedRequests ? parseGoDuration(unauthorizedTTL) : 0,
    failurePolicy: webhook.failurePolicy === 'Deny' ? 'Deny' : 'NoOpinion',
    ...(webhook.matchConditions?.length && { matchConditions: webhook.matchConditions.map(({ expression = '' }) => expression) }),
  };
}
