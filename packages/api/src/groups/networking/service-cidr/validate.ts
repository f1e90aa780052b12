import { FieldPath, invalid, required, type FieldError } from '@typekube/apimachinery';
import { FIELD_IMMUTABLE } from '../../../shared/fields/field-rules';
import { cidrFamily } from '../../../shared/ip/cidr';
import { validateCidr } from '../../../shared/ip/validate';
import type { networkingv1 } from '../../../types';

const CIDRS = FieldPath.of('spec', 'cidrs');
const ONE_EACH = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';

/** One network, or two of different families. */
export function validateServiceCidr({ spec = {} }: networkingv1.ServiceCIDR): FieldError[] {
  const cidrs = spec.cidrs ?? [];
  if (cidrs.length === 0) return [required(CIDRS, 'at least one CIDR required')];
  if (cidrs.length > 2) return [invalid(CIDRS, spec, 'may only hold up to 2 values')];
  const errors = cidrs.flatMap((cidr, i) => validateCidr(cidr, CIDRS.index(i)));
  const [first, second] = cidrs.map(cidrFamily);
  if (cidrs.length === 2 && first !== undefined && first === second) errors.push(invalid(CIDRS, cidrs, ONE_EACH));
  return errors;
}

/** Networks stay; one of the other family may be added. */
export function validateServiceCidrUpdate(serviceCidr: networkingv1.ServiceCIDR, old: networkingv1.ServiceCIDR): FieldError[] {
  const now = serviceCidr.spec?.cidrs ?? [];
  const before = old.spec?.cidrs ?? [];
  const changed = before.flatMap((cidr, i) => (cidr === now[i] ? [] : [invalid(CIDRS.index(i), now[i], FIELD_IMMUTABLE)]));
  if (now.length === before.length) return changed;
  if (before.length === 1 && now.length === 2) return [...changed, ...validateServiceCidr(serviceCidr)];
  return [invalid(CIDRS, now, FIELD_IMMUTABLE)];
}
