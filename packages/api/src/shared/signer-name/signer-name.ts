import {
  type FieldError,
  type FieldPath,
  invalid,
  isDNS1123Label,
  isDNS1123Subdomain,
  required,
  tooLong,
} from '@typekube/apimachinery';
import { byteLength } from '../text/text';

const MAX_DOMAIN = 253;
const MAX_PATH = 253 + 63 + 1;

/**
 * The name of a signer of certificates: a domain of two labels or more, and a path of DNS subdomains
 * (`example.com/signer-name`). As core's ValidateSignerName.
 */
export function validateSignerName(name: string | undefined, path: FieldPath): FieldError[] {
  if (!name) return [required(path)];
  const [domain = '', signer = '', ...more] = name.split('/');
  if (!name.includes('/') || more.length > 0) {
    return [invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  }
  const errors: FieldError[] = [];
  if (byteLength(domain) > MAX_DOMAIN) errors.push(tooLong(path, MAX_DOMAIN));
  errors.push(...validateLabels(domain, isDNS1123Label, path));
  if (!domain.includes('.')) {
    errors.push(invalid(path, domain, 'should be a domain with at least two segments separated by dots'));
  }
  errors.push(...validateLabels(signer, isDNS1123Subdomain, path));
  const maxLength = MAX_DOMAIN + MAX_PATH + 1;
  return byteLength(name) > maxLength ? [...errors, tooLong(path, maxLength)] : errors;
}

/** Signers of Kubernetes itself are of the domain `kubernetes.io`, or below it. */
export function isKubernetesSignerName(name: string): boolean {
  const [domain = ''] = name.split('/');
  return domain === 'kubernetes.io' || domain.endsWith('.kubernetes.io');
}

/** Problems of the first bad label only: the rest would be much the same. */
function validateLabels(text: string, check: (label: string) => string[], path: FieldPath): FieldError[] {
  for (const label of text.split('.')) {
    const problems = check(label);
    if (problems.length > 0) return problems.map((problem) => invalid(path, text, `validating label "${label}": ${problem}`));
  }
  return [];
}
