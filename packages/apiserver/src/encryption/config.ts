import { ConfigError, type ConfigValue, parseConfig } from '@typekube/component-base';
import { fieldErrorMessage } from '@typekube/apimachinery';
import { validateEncryption } from './validate-config';

const KEYS = { fields: { keys: { list: { fields: { name: 'string', secret: 'string' } } } } } as const;

const PROVIDER = {
  fields: {
    identity: { fields: {} },
    aescbc: KEYS,
    aesgcm: KEYS,
    secretbox: KEYS,
    kms: { fields: { apiVersion: 'string', name: 'string', endpoint: 'string', timeout: 'duration', cachesize: 'integer' } },
  },
} as const;

const CONFIGURATION = {
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'EncryptionConfiguration',
  fields: { resources: { list: { fields: { resources: { list: 'string' }, providers: { list: PROVIDER } } } } },
} as const;

/** The file of `--encryption-provider-config`. */
export type EncryptionConfiguration = ConfigValue<{ fields: typeof CONFIGURATION.fields }>;
export type ProviderConfiguration = ConfigValue<typeof PROVIDER>;
export type KmsConfiguration = NonNullable<ProviderConfiguration['kms']>;

/** Reads and checks it. Fails with upstream's texts; keys are never in them. */
export async function parseEncryptionConfig(text: string): Promise<EncryptionConfiguration> {
  // Its parser quotes what it cannot read, and that may be a key.
  const config = await parseConfig(text, CONFIGURATION).catch((error: unknown) => {
    const why = error instanceof ConfigError && error.message.startsWith('strict decoding error') ? error.message : 'it is not a valid EncryptionConfiguration of apiserver.config.k8s.io/v1';
    throw new ConfigError(`error decoding encryption provider configuration file: ${why}`);
  });
  const errors = validateEncryption(config);
  if (errors.length) throw new ConfigError(errors.map(fieldErrorMessage).join(', '));
  return config;
}
