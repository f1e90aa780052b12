import { FieldPath, type FieldError, duplicate, forbidden, invalid, notSupported, required } from '@typekube/apimachinery';
import type { certificatesv1 } from '../../../types';
import { validateSignerName } from '../../../shared/signer-name/signer-name';
import { certificateRequestProblem } from '../../../shared/x509/certificate-request';
import { certificateProblem } from './issued-certificate';
import { NEW_REQUEST, optionsForUpdate, type RequestOptions } from './options';
import { conditionsOf, validateConditions, validateConditionsUpdate } from './validate-conditions';
import { KEY_USAGES } from './usages';

type Request = certificatesv1.CertificateSigningRequest;

const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';
const MIN_EXPIRATION_SECONDS = 600;

/** The rules of a new CertificateSigningRequest, its signature included. */
export function validateCertificateSigningRequest(object: Request): FieldError[] {
  return validateWith(object, NEW_REQUEST);
}

/** What a write of a stored request may set: its approval only through `approval`, its certificate only through `status`. */
export interface Permissions {
  readonly maySetApproval: boolean;
  readonly maySetCertificate: boolean;
}

/** The rules of a changed CertificateSigningRequest. */
export function validateCertificateSigningRequestUpdate(object: Request, old: Request, permissions: Permissions): FieldError[] {
  return [
    ...validateWith(object, optionsForUpdate(object, old)),
    ...validateConditionsUpdate(conditionsOf(object), conditionsOf(old), permissions.maySetApproval),
    ...validateCertificateUpdate(object, old, permissions.maySetCertificate),
  ];
}

function validateWith(object: Request, options: RequestOptions): FieldError[] {
  const spec: Partial<certificatesv1.CertificateSigningRequestSpec> = object.spec ?? {};
  const path = FieldPath.of('spec');
  const problem = certificateRequestProblem(spec.request);
  return [
    ...(problem === undefined ? [] : [invalid(path.child('request'), spec.request ?? null, problem)]),
    ...validateUsages(spec.usages ?? [], path.child('usages'), options),
    ...validateSigner(spec.signerName, path.child('signerName'), options),
    ...validateExpiration(spec.expirationSeconds, path.child('expirationSeconds')),
    ...validateConditions(conditionsOf(object), FieldPath.of('status', 'conditions'), options),
    ...validateCertificate(object, options),
  ];
}

function validateUsages(usages: readonly string[], path: FieldPath, options: RequestOptions): FieldError[] {
  const errors = usages.length === 0 ? [required(path)] : [];
  const seen = new Set<string>();
  usages.forEach((usage, i) => {
    if (!options.allowUnknownUsages && !KEY_USAGES.includes(usage)) errors.push(notSupported(path.index(i), usage, KEY_USAGES));
  });
  usages.forEach((usage, i) => {
    if (!options.allowDuplicateUsages && seen.has(usage)) errors.push(duplicate(path.index(i), usage));
    seen.add(usage);
  });
  return errors;
}

function validateSigner(name: string | undefined, path: FieldPath, options: RequestOptions): FieldError[] {
  if (name !== LEGACY_SIGNER || options.allowLegacySigner) return validateSignerName(name, path);
  return [invalid(path, name, 'the legacy signerName is not allowed via this API version')];
}

function validateExpiration(seconds: number | undefined, path: FieldPath): FieldError[] {
  if (seconds === undefined || seconds >= MIN_EXPIRATION_SECONDS) return [];
  return [invalid(path, seconds, 'may not specify a duration less than 600 seconds (10 minutes)')];
}

function validateCertificate(object: Request, options: RequestOptions): FieldError[] {
  const problem = options.allowArbitraryCertificate ? undefined : certificateProblem(object.status?.certificate);
  return problem === undefined ? [] : [invalid(FieldPath.of('status', 'certificate'), '<certificate data>', problem)];
}

function validateCertificateUpdate(object: Request, old: Request, maySet: boolean): FieldError[] {
  const before = old.status?.certificate ?? '';
  if ((object.status?.certificate ?? '') === before) return [];
  const path = FieldPath.of('status', 'certificate');
  if (!maySet) return [forbidden(path, 'updates may not set certificate content')];
  return before === '' ? [] : [forbidden(path, 'updates may not modify existing certificate content')];
}
