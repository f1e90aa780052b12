import { formatGoDuration } from '@typekube/component-base';
import type { FlagValues } from '@typekube/component-base';
import { type authorizationSection, DEFAULT_MODES } from '../config/authorization-flags';
import { aggregateText } from './aggregate-text';
import type { AuthorizerSettings } from './configuration';

export type AuthorizationFlags = FlagValues<(typeof authorizationSection)['flags']>;

/** Upstream's timeout of a webhook that flags name. */
const WEBHOOK_TIMEOUT = 30_000;

type Mode = AuthorizerSettings['type'];

const MODES: readonly Mode[] = ['AlwaysAllow', 'AlwaysDeny', 'ABAC', 'Webhook', 'RBAC', 'Node'];

/** The chain that `--authorization-mode` and the flags beside it ask for. Fails with upstream's texts of all that is wrong with them. */
export function settingsFromFlags(flags: AuthorizationFlags): AuthorizerSettings[] {
  const modes = flags.authorizationMode ?? DEFAULT_MODES;
  const errors = flagErrors(flags, modes);
  if (errors.length) throw new Error(aggregateText(errors));
  return modes.filter(isMode).map((type) => settingsOf(type, flags));
}

/** What cannot stand beside `--authorization-config`. */
export function checkConfigStandsAlone(flags: AuthorizationFlags): void {
  const others = [
    flags.authorizationMode,
    flags.authorizationWebhookConfigFile,
    flags.authorizationWebhookVersion,
    flags.authorizationWebhookCacheAuthorizedTtl,
    flags.authorizationWebhookCacheUnauthorizedTtl,
  ];
  if (others.every((value) => value === undefined)) return;
  throw new Error('--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined');
}

function flagErrors(flags: AuthorizationFlags, modes: readonly string[]): string[] {
  const errors: string[] = modes.length ? [] : ['at least one authorization-mode must be passed'];
  for (const mode of modes) {
    if (!isMode(mode)) errors.push(`authorization-mode "${mode}" is not a valid mode`);
  }
  const [abac, webhook] = [modes.includes('ABAC'), modes.includes('Webhook')];
  if (abac && !flags.authorizationPolicyFile) errors.push("authorization-mode ABAC's authorization policy file not passed");
  if (webhook && !flags.authorizationWebhookConfigFile) errors.push("authorization-mode Webhook's authorization config file not passed");
  if (flags.authorizationPolicyFile && !abac) errors.push('cannot specify --authorization-policy-file without mode ABAC');
  if (flags.authorizationWebhookConfigFile && !webhook) errors.push('cannot specify --authorization-webhook-config-file without mode Webhook');
  const repeated = [...new Set(modes.filter((mode, i) => modes.indexOf(mode) !== i))];
  for (const mode of repeated) errors.push(`authorization-mode "${mode}" has mode specified more than once`);
  for (const ttl of [flags.authorizationWebhookCacheAuthorizedTtl, flags.authorizationWebhookCacheUnauthorizedTtl]) {
    if (ttl !== undefined && ttl < 0) errors.push(`a webhook's answers cannot be cached for ${formatGoDuration(ttl)}`);
  }
  return errors;
}

function settingsOf(type: Mode, flags: AuthorizationFlags): AuthorizerSettings {
  if (type === 'ABAC') return { type, policyFile: flags.authorizationPolicyFile ?? '' };
  if (type !== 'Webhook') return { type };
  const webhook = {
    kubeConfigFile: flags.authorizationWebhookConfigFile ?? '',
    version: flags.authorizationWebhookVersion ?? 'v1beta1',
    timeout: WEBHOOK_TIMEOUT,
    authorizedTtl: flags.authorizationWebhookCacheAuthorizedTtl ?? 5 * 60_000,
    unauthorizedTtl: flags.authorizationWebhookCacheUnauthorizedTtl ?? 30_000,
    failurePolicy: 'NoOpinion' as const,
  };
  return { type, name: 'default', webhook };
}

function isMode(text: string): text is Mode {
  return MODES.some((mode) => mode === text);
}
