import type { Strategy } from '../../../registry/resource-definition';
import type { corev1 } from '../../../types';
import { validateSecret, validateSecretUpdate } from './validate';
import { secretWarnings } from './warnings';

export const strategy: Strategy<corev1.Secret> = {
  prepareForCreate: mergeStringData,
  validate: (secret) => validateSecret(secret),
  warningsOnCreate: secretWarnings,
  prepareForUpdate: (secret, old) => {
    mergeStringData(secret);
    secret.type ||= old.type;
  },
  validateUpdate: (secret, old) => validateSecretUpdate(secret, old),
  warningsOnUpdate: (secret) => secretWarnings(secret),
};

/** `stringData` is write-only: its texts replace the keys of `data` of the same name. */
export function mergeStringData(secret: corev1.Secret): void {
  const { stringData } = secret;
  delete secret.stringData;
  if (!stringData) return;
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')] as const);
  if (encoded.length > 0) secret.data = { ...secret.data, ...Object.fromEntries(encoded) };
}
