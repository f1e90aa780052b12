import type { Strategy } from '../../../registry/resource-definition';
import type { corev1 } from '../../../types';

const ENFORCE_MOUNTABLE_SECRETS = 'kubernetes.io/enforce-mountable-secrets';

export const strategy: Strategy<corev1.ServiceAccount> = {
  prepareForCreate: keepOnlySecretNames,
  prepareForUpdate: keepOnlySecretNames,
  warningsOnCreate: warnings,
  warningsOnUpdate: warnings,
};

/** References to secrets carry a name and nothing else. */
function keepOnlySecretNames(account: corev1.ServiceAccount): void {
  if (account.secrets) account.secrets = account.secrets.map(({ name }) => (name === undefined ? {} : { name }));
}

function warnings(account: corev1.ServiceAccount): string[] {
  if (account.metadata.annotations?.[ENFORCE_MOUNTABLE_SECRETS] !== 'true') return [];
  return [
    `metadata.annotations[${ENFORCE_MOUNTABLE_SECRETS}]: deprecated in v1.32+; ` +
      'prefer separate namespaces to isolate access to mounted secrets',
  ];
}
