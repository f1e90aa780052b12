import { type FieldError, type FieldPath, isDNS1123Subdomain, required, tooLong } from '@typekube/apimachinery';
import { invalidEach } from '../fields/field-rules';
import { byteLength } from '../text/text';

const MAX_LENGTH = 63;

/** The name of a CSI or DRA driver: a DNS subdomain in any case of at most 63 bytes (ValidateCSIDriverName). */
export function validateCsiDriverName(name: string | undefined, path: FieldPath): FieldError[] {
  const driver = name ?? '';
  const errors: FieldError[] = [];
  if (driver === '') errors.push(required(path));
  if (byteLength(driver) > MAX_LENGTH) errors.push(tooLong(path, MAX_LENGTH));
  return [...errors, ...invalidEach(path, driver, isDNS1123Subdomain(driver.toLowerCase()))];
}
