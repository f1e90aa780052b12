import {
  invalid,
  isValidCIDR,
  isValidCIDRForLegacyField,
  isValidIP,
  isValidIPForLegacyField,
  type FieldError,
  type FieldPath,
} from '@typekube/apimachinery';
import { parseIp, type IpAddress } from './address';

/**
 * The rule of fields that predate strict IP validation (StrictIPCIDRValidation, on since v1.36): no leading zeros, no IPv4-mapped
 * addresses; non-canonical IPv6 is taken. A value in `existing` (those of the stored object) is taken whatever it is.
 */
export function validateLegacyIp(value: string, path: FieldPath, existing: readonly string[] = []): FieldError[] {
  return isValidIPForLegacyField(path, value, { validOld: existing });
}

/** The rule of newer fields: as `validateLegacyIp`, and in canonical form. */
export function validateIp(value: string, path: FieldPath): FieldError[] {
  return isValidIP(path, value);
}

/** As `validateLegacyIp`, for a network: bits beyond the prefix are refused too. */
export function validateLegacyCidr(value: string, path: FieldPath, existing: readonly string[] = []): FieldError[] {
  return isValidCIDRForLegacyField(path, value, { validOld: existing });
}

/** The rule of newer fields: as `validateLegacyCidr`, and in canonical form. */
export function validateCidr(value: string, path: FieldPath): FieldError[] {
  return isValidCIDR(path, value);
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
