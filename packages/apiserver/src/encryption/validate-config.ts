import { type FieldError, FieldPath, invalid, required } from '@typekube/apimachinery';
import { parseGoDuration } from '@typekube/component-base';
import type { EncryptionConfiguration, KmsConfiguration, ProviderConfiguration } from './config';
import { parseGroupResource } from './group-resource';

const AES_KEY_BYTES = [16, 24, 32];
const SECRETBOX_KEY_BYTES = [32];
const NO_REST = ['apiserveripinfo', 'serviceipallocations', 'servicenodeportallocations'];
const REDACTED = 'REDACTED';

/** What is wrong with a configuration (upstream's ValidateEncryptionConfiguration). */
export function validateEncryption({ resources = [] }: EncryptionConfiguration): FieldError[] {
  const root = FieldPath.of('resources');
  if (!resources.length) return [required(root, 'at least one resources is required')];
  const kmsNames = new Set<string>();
  return resources.flatMap(({ resources: names = [], providers = [] }, i) => {
    const namesPath = root.index(i).child('resources');
    const providersPath = root.index(i).child('providers');
    return [
      ...(names.length ? [] : [required(namesPath, `at least one ${namesPath.toString()} is required`)]),
      ...validateOverlap(names, namesPath),
      ...names.flatMap((name, j) => validateName(name, namesPath.index(j))),
      ...(providers.length ? [] : [required(providersPath, `at least one ${providersPath.toString()} is required`)]),
      ...providers.flatMap((provider, j) => validateProvider(provider, providersPath.index(j), kmsNames)),
    ];
  });
}

function validateOverlap(names: readonly string[], path: FieldPath): FieldError[] {
  const parsed = names.map(parseGroupResource);
  const pairs = parsed.flatMap((a, i) => parsed.flatMap((b, j) => (i === j ? [] : [[a, b] as const])));
  const isSame = ([a, b]: (typeof pairs)[number]): boolean => a.group === b.group && a.resource === b.resource;
  const overlaps = pairs.some((pair) => {
    const [a, b] = pair;
    if (isSame(pair)) return false;
    if (a.group === '*' && a.resource === '*') return true;
    return a.group === b.group && (a.resource === '*' || b.resource === '*');
  });
  return [
    ...(pairs.some(isSame) ? [invalid(path, names, 'the same resource cannot be specified multiple times')] : []),
    ...(overlaps
      ? [invalid(path, names, "using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed as they will be masked")]
      : []),
  ];
}

function validateName(name: string, path: FieldPath): FieldError[] {
  const { group, resource } = parseGroupResource(name);
  const wrong = (detail: string): FieldError[] => [invalid(path, name, detail)];
  if (name.toLowerCase() !== name) return wrong('resource name should not contain capital letters');
  if (name === '*') return wrong("use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources");
  if (NO_REST.includes(name)) return wrong('resources which do not have REST API/s cannot be encrypted');
  if (group === 'events.k8s.io') {
    return wrong("'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file");
  }
  if (group === 'extensions') return wrong("'extensions' group has been removed and cannot be used for encryption");
  if (group === '*' && resource !== '*') return wrong('encrypting the same resource across groups is not supported');
  return [];
}

function validateProvider(provider: ProviderConfiguration, path: FieldPath, kmsNames: Set<string>): FieldError[] {
  const { kms, aesgcm, aescbc, secretbox } = provider;
  const kinds = Object.keys(provider);
  if (kinds.length === 0) {
    return [invalid(path, REDACTED, 'provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity')];
  }
  if (kinds.length > 1) {
    return [invalid(path, REDACTED, 'more than one provider specified in a single element, should split into different list elements')];
  }
  if (kms) return validateKms(kms, path.child('kms'), kmsNames);
  if (aesgcm) return validateKeys(aesgcm.keys, path.child('aesgcm', 'keys'), AES_KEY_BYTES);
  if (aescbc) return validateKeys(aescbc.keys, path.child('aescbc', 'keys'), AES_KEY_BYTES);
  if (secretbox) return validateKeys(secretbox.keys, path.child('secretbox', 'keys'), SECRETBOX_KEY_BYTES);
  return [];
}

type Keys = NonNullable<ProviderConfiguration['aescbc']>['keys'];

function validateKeys(keys: Keys, path: FieldPath, lengths: readonly number[]): FieldError[] {
  if (!keys?.length) return [required(path, 'at least one keys is required')];
  return keys.flatMap(({ name, secret }, i) => {
    const at = path.index(i);
    return [
      ...(name ? [] : [required(at.child('name'), 'name is a mandatory field for a key')]),
      ...validateSecret(secret, at.child('secret'), lengths),
    ];
  });
}

function validateSecret(secret: string | undefined, path: FieldPath, lengths: readonly number[]): FieldError[] {
  if (!secret) return [required(path, 'secret is a mandatory field for a key')];
  const key = Buffer.from(secret, 'base64');
  if (key.toString('base64') !== secret) return [invalid(path, REDACTED, 'secrets must be base64 encoded')];
  if (lengths.includes(key.length)) return [];
  return [invalid(path, REDACTED, `secret is not of the expected length, got ${key.length}, expected one of [${lengths.join(' ')}]`)];
}

function validateKms({ name = '', endpoint = '', timeout = '3s', apiVersion = 'v1', cachesize }: KmsConfiguration, path: FieldPath, names: Set<string>): FieldError[] {
  const errors: FieldError[] = [];
  if (!name) errors.push(required(path.child('name'), 'name is a mandatory field for a provider'));
  if (name.includes(':')) errors.push(invalid(path.child('name'), name, `invalid KMS provider name ${name}, must not contain ':'`));
  if (names.has(name)) errors.push(invalid(path.child('name'), name, `duplicate KMS provider name ${name}, names must be unique`));
  names.add(name);
  if (parseGoDuration(timeout) <= 0) errors.push(invalid(path.child('timeout'), timeout, 'timeout should be a positive value'));
  if (!endpoint) errors.push(invalid(path.child('endpoint'), '', 'endpoint is a mandatory field for a kms'));
  else if (!endpoint.startsWith('unix://')) {
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(endpoint)?.[1] ?? '';
    errors.push(invalid(path.child('endpoint'), endpoint, `unsupported scheme ${JSON.stringify(scheme)} for KMS provider, only unix is supported`));
  }
  if (apiVersion === 'v1') errors.push(invalid(path.child('apiVersion'), apiVersion, 'KMS v1 is deprecated upstream and not supported here, use v2'));
  else if (apiVersion !== 'v2') errors.push(invalid(path.child('apiVersion'), apiVersion, 'unsupported apiVersion apiVersion for KMS provider, only v1 and v2 are supported'));
  if (apiVersion !== 'v1' && cachesize !== undefined) errors.push(invalid(path.child('cachesize'), cachesize, 'cachesize is not supported in v2'));
  return errors;
}
