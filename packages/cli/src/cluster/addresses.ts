/** The nth address of an IPv4 range. Fails where the range is none, or too small. */
export function addressIn(cidr: string, n: number): string {
  const [, address = '', bits = ''] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(cidr) ?? [];
  const octets = address.split('.').map(Number);
  const size = 2 ** (32 - Number(bits));
  if (octets.length !== 4 || octets.some((octet) => octet > 255) || Number(bits) > 32) throw new Error(`${cidr} is not an IPv4 range such as 10.96.0.0/16`);
  if (n >= size - 1) throw new Error(`${cidr} is too small: it must have more than ${n} addresses`);
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const found = value - (value % size) + n;
  return [24, 16, 8, 0].map((shift) => Math.floor(found / 2 ** shift) % 256).join('.');
}

/** As CNI's `0a:58` and the address: a bridge that has one of its own keeps it while links come and go. */
export function macOf(address: string): string {
  const octets = address.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  return ['0a', '58', ...octets].join(':');
}
