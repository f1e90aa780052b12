import { FieldPath, type FieldError, invalid, notSupported, validateConditions } from '@typekube/apimachinery';
import type { certificatesv1beta1 } from '../../../types';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { validateIssued } from './issued-chain';

type Request = certificatesv1beta1.PodCertificateRequest;

const TYPES = ['Issued', 'Denied', 'Failed'];
const STATUS = FieldPath.of('status');
const OMITTED = '<value omitted>';

/** The rules of a signer's answer: it comes once, as a certificate, a denial or a failure, and is final. */
export function validatePodCertificateRequestStatus(object: Request, old: Request, now: Date): FieldError[] {
  const conditions = object.status?.conditions ?? [];
  const errors = [...validateKnownConditions(object), ...validateConditions(conditions, STATUS.child('conditions'))];
  if (errors.length > 0) return errors;
  if (TYPES.some((type) => is(old, type))) {
    return validateStatusIs(object, old.status, 'immutable after PodCertificateRequest is issued, denied, or failed');
  }
  if (is(object, 'Denied') || is(object, 'Failed')) {
    const detail = 'non-condition status fields must be empty when denying or failing the PodCertificateRequest';
    return validateStatusIs(object, { conditions: [...conditions] }, detail);
  }
  if (is(object, 'Issued')) return validateIssued(object, old, now);
  return validateStatusIs(object, old.status, 'status is immutable unless transitioning to "Issued", "Denied", or "Failed"');
}

function validateKnownConditions(object: Request): FieldError[] {
  let known = 0;
  return (object.status?.conditions ?? []).flatMap(({ type, status }, i) => {
    const path = STATUS.child('conditions').index(i);
    if (!TYPES.includes(type)) return [notSupported(path.child('type'), type, TYPES)];
    known += 1;
    const errors: FieldError[] = [];
    if (known > 1) {
      const detail = 'There may be at most one condition with type "Issued", "Denied", or "Failed"';
      errors.push(invalid(path.child('type'), type, detail));
    }
    if (status !== 'True') errors.push(notSupported(path.child('status'), status, ['True']));
    return errors;
  });
}

function validateStatusIs(object: Request, wanted: Request['status'], detail: string): FieldError[] {
  return semanticEqual(object.status, wanted) ? [] : [invalid(STATUS, OMITTED, detail)];
}

function is(object: Request, type: string): boolean {
  return (object.status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');
}
