import { type FieldError, invalid } from '../errors/field-error';
import type { FieldPath } from '../errors/field-path';
import { type IpAddress, ipText, parseCidr, parseIp } from './ip-address';

const IP_MESSAGE = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const CIDR_MESSAGE = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

export interface LegacyIpOptions {
  /** Values of the stored object, which stay valid as they are. */
  readonly validOld?: readonly string[];
}

/** An IP address in canonical form: the rule of new fields. (validation.IsValidIP) */
export function isValidIP(path: FieldPath, value: string): FieldError[] {
  const errors = isValidIPForLegacyField(path, value);
  const parsed = parseIp(value);
  if (errors.length || !parsed) return errors;
  return isCanonical(path, value, ipText(parsed.address));
}

/** An IP address without leading zeros and not an IPv4 address inside IPv6; any spelling: the rule of old fields. */
export function isValidIPForLegacyField(path: FieldPath, value: string, { validOld = [] }: LegacyIpOptions = {}): FieldError[] {
  if (validOld.includes(value)) return [];
  const parsed = parseIp(value);
  if (!parsed) return [invalid(path, value, IP_MESSAGE)];
  if (parsed.leadingZeros) return [invalid(path, value, 'must not have leading 0s')];
  return isMapped(parsed.address) ? [invalid(path, value, 'must not be an IPv4-mapped IPv6 address')] : [];
}

/** A network in canonical form, with no bits behind the prefix: the rule of new fields. (validation.IsValidCIDR) */
export function isValidCIDR(path: FieldPath, value: string): FieldError[] {
  const errors = isValidCIDRForLegacyField(path, value);
  const parsed = parseCidr(value);
  if (errors.length || !parsed) return errors;
  return isCanonical(path, value, `${ipText(parsed.address)}/${parsed.prefixLength}`);
}

/** A network in any spelling: the rule of old fields. */
export function isValidCIDRForLegacyField(path: FieldPath, value: string, { validOld = [] }: LegacyIpOptions = {}): FieldError[] {
  if (validOld.includes(value)) return [];
  const parsed = parseCidr(value);
  if (!parsed) return [invalid(path, value, CIDR_MESSAGE)];
  if (parsed.leadingZeros) return [invalid(path, value, 'must not have leading 0s in IP or prefix length')];
  if (isMapped(parsed.address)) return [invalid(path, value, 'must not have an IPv4-mapped IPv6 address')];
  const hostBits = BigInt((parsed.address.family === 4 ? 32 : 128) - parsed.prefixLength);
  const bare = (parsed.address.value >> hostBits) << hostBits === parsed.address.value;
  return bare ? [] : [invalid(path, value, 'must not have bits set beyond the prefix length')];
}

function isCanonical(path: FieldPath, value: string, canonical: string): FieldError[] {
  return value === canonical ? [] : [invalid(path, value, `must be in canonical form ("${canonical}")`)];
}

function isMapped({ family, value }: IpAddress): boolean {
  return family === 6 && value >> 32n === 0xffffn;
}
