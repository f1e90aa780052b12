import type { CertificateSigningRequest } from '../shared/objects';

/** Somebody may still decide on it, or has, and it has no certificate. */
export function isWithoutCertificate({ status }: CertificateSigningRequest): boolean {
  return !status?.certificate;
}

export function hasTrueCondition({ status }: CertificateSigningRequest, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}

/** A denial goes before an approval. */
export function isApproved(request: CertificateSigningRequest): boolean {
  return hasTrueCondition(request, 'Approved') && !hasTrueCondition(request, 'Denied');
}
