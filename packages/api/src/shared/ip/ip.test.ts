import { fieldErrorMessage, FieldPath } from '@typekube/apimachinery';
import { formatIp, parseIp } from './address';
import { formatNetwork, networkContains, parseCidr } from './cidr';
import { validateCidr, validateIp, validateLegacyCidr, validateLegacyIp, validateNonSpecialIp } from './validate';
import { warningsForCidr, warningsForIp } from './warnings';

const path = FieldPath.of('ip');

describe('parseIp', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['010.000.000.001', '10.0.0.1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['FE80:0:0:0:0:0:0:0abc', 'fe80::abc'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:0:8', '1:2:3:4:5:6:0:8'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
  ])('reads %s as %s', (text, canonical) => {
    const ip = parseIp(text);
    expect(ip && formatIp(ip)).toBe(canonical);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    '1.2.3.x',
    '1.2.3.4 ',
    ':',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    'fe80::1%eth0',
    '12345::',
    'g::',
    ':::',
    '1:2:3:4:5:6:7::8:9',
    '1.2.3.4::',
  ])('refuses %j', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });
});

describe('networks', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.3/32', '10.1.2.3/32'],
    ['10.1.2.3/0', '0.0.0.0/0'],
    ['2001:db8::ff/60', '2001:db8::/60'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
  ])('of %s is %s', (text, network) => {
    const cidr = parseCidr(text);
    expect(cidr && formatNetwork(cidr)).toBe(network);
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/x', '10.0.0.0/-1', '::/129', 'x/8'])('refuses %j', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it('contains addresses of its own family', () => {
    const cidr = parseCidr('10.0.0.0/9');
    const inside = parseIp('10.127.0.1');
    const outside = parseIp('10.128.0.1');
    const other = parseIp('::1');
    if (!cidr || !inside || !outside || !other) throw new Error('unparsable');
    expect([inside, outside, other].map((ip) => networkContains(cidr, ip))).toEqual([true, false, false]);
  });
});

describe('validation', () => {
  const text = (errors: readonly Parameters<typeof fieldErrorMessage>[0][]) => errors.map(fieldErrorMessage);

  it.each([
    ['10.0.0.1', []],
    ['FE80:0:0:0:0:0:0:0abc', []],
    ['x', ['ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']],
    ['010.0.0.1', ['ip: Invalid value: "010.0.0.1": must not have leading 0s']],
    ['::ffff:1.2.3.4', ['ip: Invalid value: "::ffff:1.2.3.4": must not be an IPv4-mapped IPv6 address']],
  ])('of a legacy IP %s', (value, errors) => {
    expect(text(validateLegacyIp(value, path))).toEqual(errors);
    expect(validateLegacyIp(value, path, [value])).toEqual([]);
  });

  it('of a new IP wants the canonical form', () => {
    expect(text(validateIp('2001:DB8::1', path))).toEqual([
      'ip: Invalid value: "2001:DB8::1": must be in canonical form ("2001:db8::1")',
    ]);
    expect(validateIp('2001:db8::1', path)).toEqual([]);
  });

  it.each([
    ['10.0.0.0/8', []],
    ['x', ['ip: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']],
    ['10.0.0.0/08', ['ip: Invalid value: "10.0.0.0/08": must not have leading 0s in IP or prefix length']],
    ['::ffff:1.2.3.4/120', ['ip: Invalid value: "::ffff:1.2.3.4/120": must not have an IPv4-mapped IPv6 address']],
    ['10.0.0.1/8', ['ip: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length']],
  ])('of a legacy CIDR %s', (value, errors) => {
    expect(text(validateLegacyCidr(value, path))).toEqual(errors);
    expect(validateLegacyCidr(value, path, [value])).toEqual([]);
  });

  it('of a new CIDR wants the canonical form', () => {
    expect(text(validateCidr('2001:DB8::/64', path))).toEqual([
      'ip: Invalid value: "2001:DB8::/64": must be in canonical form ("2001:db8::/64")',
    ]);
  });

  it.each([
    ['0.0.0.0', 'may not be unspecified (0.0.0.0)'],
    ['::', 'may not be unspecified (::)'],
    ['127.1.2.3', 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
    ['::1', 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
    ['169.254.169.254', 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
    ['fe80::1', 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
    ['224.0.0.9', 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
    ['ff02::1', 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
  ])('refuses the special address %s', (value, detail) => {
    expect(validateNonSpecialIp(value, path).map((error) => error.detail)).toEqual([detail]);
  });

  it.each(['10.0.0.1', '2001:db8::1'])('takes %s', (value) => {
    expect(validateNonSpecialIp(value, path)).toEqual([]);
  });
});

describe('warnings', () => {
  it.each([
    ['10.0.0.1', []],
    [
      '010.0.0.1',
      ['ip: non-standard IP address "010.0.0.1" will be considered invalid in a future Kubernetes release: use "10.0.0.1"'],
    ],
    ['2001:DB8::1', ['ip: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")']],
  ])('for the IP %s', (value, warnings) => {
    expect(warningsForIp(value, path)).toEqual(warnings);
  });

  it.each([
    ['10.0.0.0/8', []],
    ['10.0.0.1/8', ['ip: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)']],
    ['2001:DB8::/64', ['ip: IPv6 CIDR value "2001:DB8::/64" should be in RFC 5952 canonical format ("2001:db8::/64")']],
  ])('for the CIDR %s', (value, warnings) => {
    expect(warningsForCidr(value, path)).toEqual(warnings);
  });
});
