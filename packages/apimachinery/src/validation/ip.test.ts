import { FieldPath } from '../errors/field-path';
import { isValidCIDR, isValidCIDRForLegacyField, isValidIP, isValidIPForLegacyField } from './ip';
import { ipText, parseIp } from './ip-address';

const path = FieldPath.of('ip');
const details = (errors: { detail: string }[]): string => errors.map((error) => error.detail).join('|');

const BAD_IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const BAD_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

it.each([
  ['1.2.3.4', '', ''],
  ['255.255.255.255', '', ''],
  ['::1', '', ''],
  ['2001:db8::ffff', '', ''],
  ['2001:DB8::FFFF', 'must be in canonical form ("2001:db8::ffff")', ''],
  ['2001:db8:0:0:0::1', 'must be in canonical form ("2001:db8::1")', ''],
  ['1.2.3.04', 'must not have leading 0s', 'must not have leading 0s'],
  ['::ffff:1.2.3.4', 'must not be an IPv4-mapped IPv6 address', 'must not be an IPv4-mapped IPv6 address'],
  ['64:ff9b::1.2.3.4', 'must be in canonical form ("64:ff9b::102:304")', ''],
  ['', BAD_IP, BAD_IP],
  ['1.2.3', BAD_IP, BAD_IP],
  ['1.2.3.256', BAD_IP, BAD_IP],
  ['1::2::3', BAD_IP, BAD_IP],
  ['1:2:3:4:5:6:7', BAD_IP, BAD_IP],
  ['1:2:3:4:5:6:7:8:9', BAD_IP, BAD_IP],
  ['1:2:3:4:5:6:7:8::', BAD_IP, BAD_IP],
  ['fe80::1%eth0', BAD_IP, BAD_IP],
  [':1', BAD_IP, BAD_IP],
  ['12345::', BAD_IP, BAD_IP],
])('IP %j', (value, strict, legacy) => {
  expect(details(isValidIP(path, value))).toBe(strict);
  expect(details(isValidIPForLegacyField(path, value))).toBe(legacy);
  expect(isValidIPForLegacyField(path, value, { validOld: [value] })).toEqual([]);
});

it.each([
  ['10.0.0.0/8', '', ''],
  ['0.0.0.0/0', '', ''],
  ['::/0', '', ''],
  ['2001:db8::/48', '', ''],
  ['2001:DB8::/48', 'must be in canonical form ("2001:db8::/48")', ''],
  ['10.0.0.1/8', 'must not have bits set beyond the prefix length', 'must not have bits set beyond the prefix length'],
  ['10.0.0.0/08', 'must not have leading 0s in IP or prefix length', 'must not have leading 0s in IP or prefix length'],
  ['010.0.0.0/8', 'must not have leading 0s in IP or prefix length', 'must not have leading 0s in IP or prefix length'],
  ['::ffff:10.0.0.0/104', 'must not have an IPv4-mapped IPv6 address', 'must not have an IPv4-mapped IPv6 address'],
  ['10.0.0.0', BAD_CIDR, BAD_CIDR],
  ['10.0.0.0/33', BAD_CIDR, BAD_CIDR],
  ['::/129', BAD_CIDR, BAD_CIDR],
  ['10.0.0.0/', BAD_CIDR, BAD_CIDR],
  ['10.0.0.0/-1', BAD_CIDR, BAD_CIDR],
])('CIDR %j', (value, strict, legacy) => {
  expect(details(isValidCIDR(path, value))).toBe(strict);
  expect(details(isValidCIDRForLegacyField(path, value))).toBe(legacy);
});

it.each([
  ['0:0:0:0:0:0:0:0', '::'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:0:0:2:0:0:3:4', '1::2:0:0:3:4'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['::ffff:102:304', '::ffff:1.2.3.4'],
])('writes %s as %s', (text, want) => {
  const parsed = parseIp(text);
  expect(parsed && ipText(parsed.address)).toBe(want);
});
