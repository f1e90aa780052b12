import type { NetworkInterfaceInfo } from 'node:os';
import { advertisedAddress } from './advertise-address';

const at = (address: string, internal = false): NetworkInterfaceInfo =>
  ({ address, internal, netmask: '', mac: '', cidr: null, ...(address.includes(':') ? { family: 'IPv6', scopeid: 0 } : { family: 'IPv4' }) });

const interfaces = { lo: [at('127.0.0.1', true), at('::1', true)], eth0: [at('fe80::1'), at('169.254.0.9'), at('192.0.2.2'), at('2001:db8::2')] };

it.each<[bindAddress: string, advertiseAddress: string | undefined, expected: string | undefined]>([
  ['0.0.0.0', undefined, '192.0.2.2'],
  ['::', undefined, '2001:db8::2'],
  ['192.0.2.9', undefined, '192.0.2.9'],
  ['127.0.0.1', undefined, undefined],
  ['127.0.0.1', '192.0.2.7', '192.0.2.7'],
  ['0.0.0.0', '127.0.0.1', undefined],
  ['0.0.0.0', '169.254.0.1', undefined],
])('bound to %s and advertised as %s: %s', (bindAddress, advertiseAddress, expected) => {
  expect(advertisedAddress({ bindAddress, advertiseAddress }, interfaces)).toBe(expected);
});

it('has none on a machine without a network', () => {
  expect(advertisedAddress({ bindAddress: '0.0.0.0', advertiseAddress: undefined }, { lo: interfaces.lo })).toBeUndefined();
});
