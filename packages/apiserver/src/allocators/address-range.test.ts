import { AddressRange, rangeOffset } from './address-range';

const zero = (): bigint => 0n;

it.each<[cidr: string, first: string, afterFirstPart: string | undefined, size: number]>([
  ['10.0.0.0/24', '10.0.0.17', '10.0.0.1', 254],
  ['10.0.0.0/28', '10.0.0.1', undefined, 14],
  ['10.0.0.7/24', '10.0.0.17', '10.0.0.1', 254],
  ['10.0.0.0/30', '10.0.0.1', undefined, 2],
  ['10.0.0.0/16', '10.0.1.1', '10.0.0.1', 65_534],
  ['fd00::/120', 'fd00::11', 'fd00::1', 255],
])('%s gives its upper part first, and each address once', (cidr, first, second, size) => {
  const addresses = [...(AddressRange.parse(cidr)?.candidates(zero) ?? [])];
  expect([addresses[0], new Set(addresses).size, addresses.length]).toEqual([first, size, size]);
  if (second) expect(addresses.indexOf(second)).toBe(size - addresses.slice(addresses.indexOf(second)).length);
});

it('starts anywhere and goes round', () => {
  const addresses = [...(AddressRange.parse('10.0.0.0/29')?.candidates((below) => below - 1n) ?? [])];
  expect(addresses).toEqual(['10.0.0.6', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5']);
});

it.each<[cidr: string]>([['10.0.0.0'], ['x/24'], ['fd00::/48']])('%s is no range', (cidr) => {
  expect(AddressRange.parse(cidr)).toBeUndefined();
});

it.each<[cidr: string, address: string, isIn: boolean]>([
  ['10.0.0.0/24', '10.0.0.0', false],
  ['10.0.0.0/24', '10.0.0.255', false],
  ['10.0.0.0/24', '10.0.0.254', true],
  ['10.0.0.0/24', '10.0.1.1', false],
  ['10.0.0.0/24', 'fd00::1', false],
  ['fd00::/120', 'fd00::ff', true],
  ['fd00::/120', 'fd00::', false],
])('%s: %s may be given away: %s', (cidr, address, isIn) => {
  expect(AddressRange.parse(cidr)?.has(address)).toBe(isIn);
});

it.each<[size: bigint, offset: bigint]>([[16n, 0n], [17n, 16n], [256n, 16n], [1024n, 64n], [65_536n, 256n]])(
  'keeps of %s addresses %s for users',
  (size, offset) => {
    expect(rangeOffset(size, { min: 16n, max: 256n, step: 16n })).toBe(offset);
  },
);
