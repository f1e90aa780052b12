import { invalid, type FieldError, type FieldPath } from '@typekube/apimachinery';
import { formatIp, parseIp, type IpAddress } from './address';
import { formatNetwork, networkAddress, parseCidr } from './cidr';

const NOT_AN_IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const NOT_A_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

/**
 * The rule of fields that predate strict IP validation (StrictIPCIDRValidation, on since v1.36): no leading zeros, no IPv4-mapped
 * addresses; non-canonical IPv6 is taken. A value in `existing` (those of the stored object) is taken whatever it is.
 */
export function validateLegacyIp(value: string, path: FieldPath, existing: readonly string[] = []): FieldError[] {
  return existing.includes(value) ? [] : strictIpErrors(value, path);
}

/** The rule of newer fields: as `validateLegacyIp`, and in canonical form. */
export function validateIp(value: string, path: FieldPath): FieldError[] {
  const errors = strictIpErrors(value, path);
  const ip = parseIp(value);
  if (errors.length > 0 || !ip) return errors;
  const canonical = formatIp(ip);
  return value === canonical ? [] : [invalid(path, value, `must be in canonical form (${JSON.stringify(canonical)})`)];
}

/** As `validateLegacyIp`, for a network: bits beyond the prefix are refused too. */
export function validateLegacyCidr(value: string, path: FieldPath, existing: readonly string[] = []): FieldError[] {
  return existing.includes(value) ? [] : strictCidrErrors(value, path);
}

/** The rule of newer fields: as `validateLegacyCidr`, and in canonical form. */
export function validateCidr(value: string, path: FieldPath): FieldError[] {
  const errors = strictCidrErrors(value, path);
  const cidr = parseCidr(value);
  if (errors.length > 0 || !cidr) return errors;
  const canonical = formatNetwork(cidr);
  return value === canonical ? [] : [invalid(path, value, `must be in canonical form (${JSON.stringify(canonical)})`)];
}

/**
 * Refuses addresses that make no sense as an endpoint or an external IP: unspecified, loopback, link-local unicast and
 * multicast (ValidateNonSpecialIP).
 */
export function validateNonSpecialIp(value: string, path: FieldPath): FieldError[] {
  const ip = parseIp(value);
  if (!ip) return [invalid(path, value, 'must be a valid IP address')];
  return SPECIAL_RANGES.filter(({ matches }) => matches(ip)).map(({ message }) => invalid(path, value, message(value)));
}

interface SpecialRange {
  matches(ip: IpAddress): boolean;
  message(value: string): string;
}

const SPECIAL_RANGES: readonly SpecialRange[] = [
  {
    matches: ({ bytes }) => bytes.every((byte) => byte === 0),
    message: (value) => `may not be unspecified (${value})`,
  },
  {
    matches: ({ family, bytes }) =>
      family === 4 ? bytes[0] === 127 : bytes.every((byte, i) => byte === (i === 15 ? 1 : 0)),
    message: () => 'may not be in the loopback range (127.0.0.0/8, ::1/128)',
  },
  {
    matches: ({ family, bytes: [first = 0, second = 0] }) =>
      family === 4 ? first === 169 && second === 254 : first === 0xfe && (second & 0xc0) === 0x80,
    message: () => 'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
  },
  {
    matches: ({ family, bytes: [first = 0, second = 0, third = 0] }) =>
      family === 4 ? first === 224 && second === 0 && third === 0 : first === 0xff && (second & 0x0f) === 0x02,
    message: () => 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
  },
];

function strictIpErrors(value: string, path: FieldPath): FieldError[] {
  const ip = parseIp(value);
  if (!ip) return [invalid(path, value, NOT_AN_IP)];
  if (ip.hasLeadingZeros) return [invalid(path, value, 'must not have leading 0s')];
  return ip.mapped ? [invalid(path, value, 'must not be an IPv4-mapped IPv6 address')] : [];
}

function strictCidrErrors(value: string, path: FieldPath): FieldError[] {
  const cidr = parseCidr(value);
  if (!cidr) return [invalid(path, value, NOT_A_CIDR)];
  if (cidr.ip.hasLeadingZeros || cidr.prefixHasLeadingZeros) {
    return [invalid(path, value, 'must not have leading 0s in IP or prefix length')];
  }
  if (cidr.ip.mapped) return [invalid(path, value, 'must not have an IPv4-mapped IPv6 address')];
  const isNetwork = formatIp(networkAddress(cidr)) === formatIp(cidr.ip);
  return isNetwork ? [] : [invalid(path, value, 'must not have bits set beyond the prefix length')];
}
