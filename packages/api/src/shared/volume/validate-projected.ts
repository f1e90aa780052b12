import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  isDomainPrefixedPath,
  nameIsDNSSubdomain,
  notSupported,
  required,
  validateLabelSelector,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { invalidEach, isMissing } from '../fields/field-rules';
import { ratcheted } from '../fields/ratchet';
import { validateDownwardApiFile, validateKeyToPath } from './validate-local-sources';
import { validateFileMode, validateLocalNonReservedPath } from './validate-paths';

/** Several sources in one volume: no two may write the same file. */
export function validateProjected(volume: corev1.ProjectedVolumeSource, path: FieldPath): FieldError[] {
  const files = new ProjectedFiles(path);
  const errors = validateFileMode(volume.defaultMode, path.child('defaultMode'));
  for (const [i, source] of (volume.sources ?? []).entries()) {
    errors.push(...validateProjection(source, path.child('sources').index(i), files));
  }
  return errors;
}

/** The files of the whole volume; upstream reports a clash at the volume, with the object's name or the path as the value. */
class ProjectedFiles {
  private readonly taken = new Set<string>();

  constructor(readonly volumePath: FieldPath) {}

  claim(file: string | undefined, reported: string): FieldError[] {
    if (isMissing(file)) return [];
    if (this.taken.has(file)) return [invalid(this.volumePath, reported, 'conflicting duplicate paths')];
    this.taken.add(file);
    return [];
  }
}

function validateProjection(source: corev1.VolumeProjection, path: FieldPath, files: ProjectedFiles): FieldError[] {
  const { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source;
  const found = [
    secret && validateKeys(secret, path.child('secret'), files),
    configMap && validateKeys(configMap, path.child('configMap'), files),
    downwardAPI && validateDownwardApi(downwardAPI, path.child('downwardAPI'), files),
    serviceAccountToken && validateToken(serviceAccountToken, path.child('serviceAccountToken'), files.volumePath),
    clusterTrustBundle && validateTrustBundle(clusterTrustBundle, path.child('clusterTrustBundle'), files),
    podCertificate && validatePodCertificate(podCertificate, path.child('podCertificate'), files),
  ].filter((errors) => errors !== undefined);
  const errors = found.flat();
  if (found.length > 1) errors.push(forbidden(path, 'may not specify more than 1 volume type per source'));
  return errors;
}

function validateKeys(
  { name, items = [] }: corev1.SecretProjection | corev1.ConfigMapProjection,
  path: FieldPath,
  files: ProjectedFiles,
): FieldError[] {
  const errors = isMissing(name) ? [required(path.child('name'))] : [];
  for (const [i, item] of items.entries()) {
    errors.push(...validateKeyToPath(item, path.child('items').index(i)), ...files.claim(item.path, name ?? ''));
  }
  return errors;
}

function validateDownwardApi({ items = [] }: corev1.DownwardAPIProjection, path: FieldPath, files: ProjectedFiles): FieldError[] {
  return items.flatMap((file) => [...validateDownwardApiFile(file, path), ...files.claim(file.path, file.path)]);
}

const TEN_MINUTES = 600;
const MAX_TOKEN_SECONDS = 2 ** 32;

function validateToken(token: corev1.ServiceAccountTokenProjection, path: FieldPath, volumePath: FieldPath): FieldError[] {
  const seconds = token.expirationSeconds ?? 0;
  const errors: FieldError[] = [];
  const at = path.child('expirationSeconds');
  if (seconds < TEN_MINUTES) errors.push(invalid(at, seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > MAX_TOKEN_SECONDS) errors.push(invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds'));
  const file = volumePath.child('path');
  return [...errors, ...(isMissing(token.path) ? [required(file)] : ratcheted('paths of tokens', validateLocalNonReservedPath(token.path, file)))];
}

function validateTrustBundle(bundle: corev1.ClusterTrustBundleProjection, path: FieldPath, files: ProjectedFiles): FieldError[] {
  const errors = validateTrustBundleChoice(bundle, path);
  if (isMissing(bundle.path)) errors.push(required(path.child('path')));
  const file = bundle.path ?? '';
  return [...errors, ...validateLocalNonReservedPath(file, path.child('path')), ...files.claim(file, file)];
}

function validateTrustBundleChoice(bundle: corev1.ClusterTrustBundleProjection, path: FieldPath): FieldError[] {
  const { name, signerName, labelSelector } = bundle;
  if (name !== undefined && signerName !== undefined)
    return [invalid(path, bundle, 'only one of name and signerName may be used')];
  if (name !== undefined) {
    const errors = name === '' ? [required(path.child('name'), 'must be a valid object name')] : [];
    errors.push(...validateTrustBundleName(name, path.child('name')));
    if (labelSelector)
      errors.push(invalid(path.child('labelSelector'), labelSelector, 'labelSelector must be unset if name is specified'));
    return errors;
  }
  if (signerName === undefined) return [required(path, 'either name or signerName must be specified')];
  const errors = signerName === '' ? [required(path.child('signerName'), 'must be a valid signer name')] : [];
  errors.push(...isDomainPrefixedPath(path.child('signerName'), signerName));
  return labelSelector ? [...errors, ...validateLabelSelector(labelSelector, {}, path.child('labelSelector'))] : errors;
}

/** A bundle that is tied to a signer has the signer's name before its own: `example.com:foo:name`. */
function validateTrustBundleName(name: string, path: FieldPath): FieldError[] {
  const own = name.slice(name.lastIndexOf(':') + 1);
  const messages = nameIsDNSSubdomain(own, false).map((message) => `not a valid clustertrustbundlename: ${message}`);
  return invalidEach(path, name, messages);
}

const KEY_TYPES = ['ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519', 'RSA3072', 'RSA4096'];
const MIN_CERTIFICATE_SECONDS = 3600;
const MAX_CERTIFICATE_SECONDS = 91 * 86400;

function validatePodCertificate(
  certificate: corev1.PodCertificateProjection,
  path: FieldPath,
  files: ProjectedFiles,
): FieldError[] {
  const { signerName, keyType, maxExpirationSeconds: seconds, credentialBundlePath, keyPath, certificateChainPath } = certificate;
  const errors = isDomainPrefixedPath(path.child('signerName'), signerName ?? '');
  if (!KEY_TYPES.includes(keyType ?? '')) errors.push(notSupported(path.child('keyType'), keyType ?? '', KEY_TYPES));
  if (seconds !== undefined && (seconds < MIN_CERTIFICATE_SECONDS || seconds > MAX_CERTIFICATE_SECONDS)) {
    const detail = `if provided, maxExpirationSeconds must be >= ${MIN_CERTIFICATE_SECONDS} and <= ${MAX_CERTIFICATE_SECONDS}`;
    errors.push(invalid(path.child('maxExpirationSeconds'), seconds, detail));
  }
  const written = { credentialBundlePath, keyPath, certificateChainPath };
  for (const [field, file] of Object.entries(written)) {
    if (isMissing(file)) continue;
    errors.push(...validateLocalNonReservedPath(file, path.child(field)), ...files.claim(file, file));
  }
  if (Object.values(written).every(isMissing)) {
    errors.push(required(path, 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath'));
  }
  return errors;
}
