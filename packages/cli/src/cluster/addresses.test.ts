import { addressIn, macOf } from './addresses';

it.each([
  ['10.96.0.0/16', 10, '10.96.0.10'],
  ['10.96.3.7/12', 1, '10.96.0.1'],
  ['10.244.1.128/25', 1, '10.244.1.129'],
  ['10.244.0.0/24', 254, '10.244.0.254'],
  ['255.255.255.0/24', 10, '255.255.255.10'],
])('%s, number %d', (cidr, n, expected) => {
  expect(addressIn(cidr, n)).toBe(expected);
});

it.each([['10.96.0.0'], ['10.96.0.256/16'], ['10.96.0.0/33'], ['fd00::/64'], ['10.96.0.0/30']])('refuses %s', (cidr) => {
  expect(() => addressIn(cidr, 10)).toThrow(cidr);
});

it('makes an address for the link of an address', () => {
  expect(macOf('10.244.0.1')).toBe('0a:58:0a:f4:00:01');
});
