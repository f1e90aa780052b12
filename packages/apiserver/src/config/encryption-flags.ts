import { booleanFlag, inputFileFlag, section } from '@typekube/component-base';

export const encryption = section('Encryption at rest', {
  encryptionProviderConfig: inputFileFlag({ help: 'The file containing configuration for encryption providers to be used for storing secrets in etcd, or in the embedded store.' }),
  encryptionProviderConfigAutomaticReload: booleanFlag({ default: false, help: 'Determines if the file set by --encryption-provider-config should be automatically reloaded if the disk contents change. Setting this to true disables the ability to uniquely identify distinct KMS plugins via the API server healthz endpoints.' }),
});
