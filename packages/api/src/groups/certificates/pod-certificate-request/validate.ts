import {
  FieldPath,
  type FieldError,
  invalid,
  isDomainPrefixedKey,
  nameIsDNSSubdomain,
  required,
  tooLong,
} from '@typekube/apimachinery';
import type { certificatesv1beta1 } from '../../../types';
import { invalidEach, validateImmutable } from '../../../shared/fields/field-rules';
import { isKubernetesSignerName, validateSignerName } from '../../../shared/signer-name/signer-name';
import { byteLength } from '../../../shared/text/text';
import { validateProof } from './proof-of-possession';

type Spec = Partial<certificatesv1beta1.PodCertificateRequestSpec>;

const MAX_UID = 128;
const MIN_EXPIRATION = 60 * 60;
const MAX_EXPIRATION = 91 * 24 * 60 * 60;
const MAX_KUBERNETES_EXPIRATION = 24 * 60 * 60;

/** The rules of a new PodCertificateRequest: whom it is for, how long, and that the asker has the key. */
export function validatePodCertificateRequest(object: certificatesv1beta1.PodCertificateRequest): FieldError[] {
  const spec: Spec = object.spec ?? {};
  const path = FieldPath.of('spec');
  const errors = [
    ...validateSignerName(spec.signerName, path.child('signerName')),
    ...Object.keys(spec.unverifiedUserAnnotations ?? {}).flatMap((key) =>
      isDomainPrefixedKey(path.child('unverifiedUserAnnotations'), key),
    ),
    ...validateIdentity(spec, path, 'podName', 'podUID'),
    ...validateIdentity(spec, path, 'serviceAccountName', 'serviceAccountUID'),
    ...validateIdentity(spec, path, 'nodeName', 'nodeUID'),
  ];
  if (spec.maxExpirationSeconds === undefined) return [...errors, required(path.child('maxExpirationSeconds'), 'must be set')];
  return [...errors, ...validateExpiration(spec.signerName ?? '', spec.maxExpirationSeconds, path), ...validateProof(spec, path)];
}

/** A PodCertificateRequest keeps its spec. */
export function validatePodCertificateRequestUpdate(
  object: certificatesv1beta1.PodCertificateRequest,
  old: certificatesv1beta1.PodCertificateRequest,
): FieldError[] {
  return validateImmutable(object.spec, old.spec, FieldPath.of('spec'));
}

type NameField = 'podName' | 'serviceAccountName' | 'nodeName';
type UidField = 'podUID' | 'serviceAccountUID' | 'nodeUID';

function validateIdentity(spec: Spec, path: FieldPath, nameField: NameField, uidField: UidField): FieldError[] {
  const name = spec[nameField] ?? '';
  const uid = spec[uidField] ?? '';
  const errors = invalidEach(path.child(nameField), name, nameIsDNSSubdomain(name, false));
  if (uid === '') errors.push(invalid(path.child(uidField), uid, 'must not be empty'));
  if (byteLength(uid) > MAX_UID) errors.push(tooLong(path.child(uidField), MAX_UID));
  return errors;
}

function validateExpiration(signer: string, seconds: number, path: FieldPath): FieldError[] {
  const max = isKubernetesSignerName(signer) ? MAX_KUBERNETES_EXPIRATION : MAX_EXPIRATION;
  if (seconds >= MIN_EXPIRATION && seconds <= max) return [];
  return [invalid(path.child('maxExpirationSeconds'), seconds, `must be in the range [${MIN_EXPIRATION}, ${max}]`)];
}
