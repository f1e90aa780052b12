import type { AuthorizationFlags } from '../authz/settings-from-flags';

/** The flags of authorization, but for those given as if they were not there. */
export function authorizationFlags(given: Partial<AuthorizationFlags>): AuthorizationFlags {
  return {
    authorizationMode: undefined,
    authorizationConfig: undefined,
    authorizationPolicyFile: undefined,
    authorizationWebhookConfigFile: undefined,
    authorizationWebhookVersion: undefined,
    authorizationWebhookCacheAuthorizedTtl: undefined,
    authorizationWebhookCacheUnauthorizedTtl: undefined,
    ...given,
  };
}
