import { duplicate, FieldPath, invalid, required, type FieldError } from '@typekube/apimachinery';
import { isMissing, validateEnum } from '../../../shared/fields/field-rules';
import { isIpv6, parseIp } from '../../../shared/ip/address';
import { validateLegacyIp } from '../../../shared/ip/validate';
import type { corev1 } from '../../../types';
import { isHeadless } from './service-kind';

const SPEC = FieldPath.of('spec');
const CLUSTER_IPS = SPEC.child('clusterIPs');
const FAMILIES = ['IPv4', 'IPv6'] as const;
const FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'] as const;

/** clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy by themselves and against each other. */
export function validateClusterIps(spec: corev1.ServiceSpec, old?: corev1.ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const errors = [...validateSynced(spec), ...validateFamilies(spec)];
  const addressErrors = validateAddresses(spec.clusterIPs ?? [], old?.clusterIPs);
  if ((spec.clusterIPs ?? []).length > 2) {
    addressErrors.errors.push(invalid(CLUSTER_IPS, spec.clusterIPs, 'may only hold up to 2 values'));
  }
  errors.push(...addressErrors.errors);
  return addressErrors.misleading ? errors : [...errors, ...validateStacks(spec)];
}

/** clusterIP is the first of clusterIPs. */
function validateSynced({ clusterIP, clusterIPs = [] }: corev1.ServiceSpec): FieldError[] {
  if (isMissing(clusterIP)) {
    return clusterIPs.length > 0 ? [invalid(CLUSTER_IPS, clusterIPs, 'must be empty when `clusterIP` is not specified')] : [];
  }
  if (clusterIPs.length === 0) return [required(CLUSTER_IPS)];
  return clusterIPs[0] === clusterIP ? [] : [invalid(CLUSTER_IPS, clusterIPs, 'first value must match `clusterIP`')];
}

function validateFamilies({ ipFamilies = [], ipFamilyPolicy }: corev1.ServiceSpec): FieldError[] {
  const path = SPEC.child('ipFamilies');
  const errors = ipFamilies.flatMap((family, i) => {
    const unsupported = validateEnum(family, path.index(i), FAMILIES);
    return ipFamilies.indexOf(family) < i ? [...unsupported, duplicate(path.index(i), family)] : unsupported;
  });
  if (ipFamilyPolicy !== undefined) {
    errors.push(...validateEnum(ipFamilyPolicy, SPEC.child('ipFamilyPolicy'), FAMILY_POLICIES));
  }
  return errors;
}

/** `misleading`: the addresses are so wrong that comparing them with the families would only confuse. */
function validateAddresses(
  clusterIPs: readonly string[],
  existing?: readonly string[],
): { errors: FieldError[]; misleading: boolean } {
  const errors = clusterIPs.flatMap((ip, i) => {
    if (i !== 0 || ip !== 'None') return validateLegacyIp(ip, CLUSTER_IPS.index(i), existing);
    return clusterIPs.length > 1 ? [invalid(CLUSTER_IPS, clusterIPs, "'None' must be the first and only value")] : [];
  });
  return { errors, misleading: errors.length > 0 };
}

/** Two addresses are of different families, and each is of the family at its place. */
function validateStacks(spec: corev1.ServiceSpec): FieldError[] {
  const { clusterIPs = [], ipFamilies = [] } = spec;
  const errors: FieldError[] = [];
  const families = new Set(clusterIPs.map((ip) => parseIp(ip)?.family));
  if (clusterIPs.length > 1 && families.size < 2) {
    errors.push(invalid(CLUSTER_IPS, clusterIPs, 'may specify no more than one IP for each IP family'));
  }
  if (isHeadless(spec)) return errors;
  clusterIPs.slice(0, ipFamilies.length).forEach((ip, i) => {
    const actual = isIpv6(ip) ? 'IPv6' : 'IPv4';
    const expected = ipFamilies[i];
    if ((expected === 'IPv4' || expected === 'IPv6') && expected !== actual) {
      errors.push(invalid(CLUSTER_IPS.index(i), ip, `expected an ${expected} value as indicated by \`ipFamilies[${i}]\``));
    }
  });
  return errors;
}
