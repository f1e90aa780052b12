import type { certificatesv1 } from '../../../types';
import { certificateProblem } from './issued-certificate';
import { KEY_USAGES } from './usages';
import { conditionsOf } from './validate-conditions';

/** Faults of requests stored by older servers, which an update may leave in place. */
export interface RequestOptions {
  readonly allowBothApprovedAndDenied: boolean;
  readonly allowLegacySigner: boolean;
  readonly allowDuplicateConditionTypes: boolean;
  readonly allowEmptyConditionType: boolean;
  readonly allowArbitraryCertificate: boolean;
  readonly allowDuplicateUsages: boolean;
  readonly allowUnknownUsages: boolean;
}

/** A new request has none of them. */
export const NEW_REQUEST: RequestOptions = {
  allowBothApprovedAndDenied: false,
  allowLegacySigner: false,
  allowDuplicateConditionTypes: false,
  allowEmptyConditionType: false,
  allowArbitraryCertificate: false,
  allowDuplicateUsages: false,
  allowUnknownUsages: false,
};

/** What the stored request has already, the changed one may have. */
export function optionsForUpdate(
  object: certificatesv1.CertificateSigningRequest,
  old: certificatesv1.CertificateSigningRequest,
): RequestOptions {
  const types = conditionsOf(old).map(({ type }) => type);
  const usages = old.spec?.usages ?? [];
  const certificate = old.status?.certificate;
  return {
    allowBothApprovedAndDenied: types.includes('Approved') && types.includes('Denied'),
    allowLegacySigner: old.spec?.signerName === 'kubernetes.io/legacy-unknown',
    allowDuplicateConditionTypes: new Set(types).size < types.length,
    allowEmptyConditionType: types.some((type) => !type),
    allowArbitraryCertificate:
      (object.status?.certificate ?? '') === (certificate ?? '') || certificateProblem(certificate) !== undefined,
    allowDuplicateUsages: new Set(usages).size < usages.length,
    allowUnknownUsages: usages.some((usage) => !KEY_USAGES.includes(usage)),
  };
}
