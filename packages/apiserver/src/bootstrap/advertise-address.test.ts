import type { NetworkInterfaceInfo } from 'node:os';
import { advertisedAddress } from './advertise-address';

const at = (address: string, internal = false): NetworkInterfaceInfo =>
  ({ address, internal, netmask: '', mac: '', cidr: null, ...(address.includes(':') ? { family: 'IPv6', scopeid: 0 } : { family: 'IPv4' }) });

const interfaces = { lo: [at('127.0.0.1', true), at('::1', true)], eth0: [at('fe80::1'), at('169.254.0.9'), at('192.0.2.2'), at('2001:db8::2')] };

const v4 = { family: 'IPv4', text: '10.0.0.0/24' } as const;
const v6 = { family: 'IPv6', text: 'fd00::/112' } as const;

it.each<[bindAddress: string, advertiseAddress: string | undefined, services: typeof v4 | typeof v6, expected: string | undefined]>([
  ['0.0.0.0', undefined, v4, '192.0.2.2'],
  ['0.0.0.0', undefined, v6, '2001:db8::2'],
  ['::', undefined, v4, '192.0.2.2'],
  ['192.0.2.9', undefined, v4, '192.0.2.9'],
  ['127.0.0.1', undefined, v4, undefined],
  ['127.0.0.1', '192.0.2.7', v4, '192.0.2.7'],
  ['0.0.0.0', '127.0.0.1', v4, undefined],
  ['0.0.0.0', '169.254.0.1', v4, undefined],
  ['::', '2001:DB8::7', v6, '2001:db8::7'],
])('bound to %s and advertised as %s, for services in %j: %s', (bindAddress, advertiseAddress, services, expected) => {
  expect(advertisedAddress({ bindAddress, advertiseAddress }, services, interfaces)).toBe(expected);
});

it('is of the family of the services', () => {
  expect(() => advertisedAddress({ bindAddress: '::', advertiseAddress: '2001:db8::7' }, v4, interfaces)).toThrow(
    'service IP family "10.0.0.0/24" must match public address family "2001:db8::7"',
  );
});

it('is none on a machine without a network', () => {
  expect(advertisedAddress({ bindAddress: '0.0.0.0', advertiseAddress: undefined }, v4, { lo: interfaces.lo })).toBeUndefined();
});
