import { type Cidr, formatIp, formatNetwork, networkAddress, parseCidr, parseIp } from '@typekube/api';

export type IpFamily = 'IPv4' | 'IPv6';

/** The family of a valid address. */
export function familyOf(address: string): IpFamily {
  return address.includes(':') && parseIp(address)?.family === 6 ? 'IPv6' : 'IPv4';
}

/** An address as the name of an IPAddress object; undefined if the text is no address. */
export function canonicalAddress(text: string): string | undefined {
  const parsed = parseIp(text);
  return parsed && formatIp(parsed);
}

/** A random number of [0, below); `below` is positive. */
export type RandomBelow = (below: bigint) => bigint;

/** The longest IPv6 range that upstream's allocator takes. */
const MIN_IPV6_PREFIX = 64;

/**
 * The addresses of one service CIDR. The network's own address and the broadcast address of IPv4 are never given away. The lower
 * part is kept for addresses that users choose (KEP-3070): automatic ones come from the upper part as long as it has any.
 */
export class AddressRange {
  readonly family: IpFamily;
  /** The CIDR in canonical form. */
  readonly text: string;
  private readonly first: bigint;
  private readonly last: bigint;
  private readonly offset: bigint;

  private constructor(cidr: Cidr) {
    const network = networkAddress(cidr);
    this.family = network.family === 6 ? 'IPv6' : 'IPv4';
    this.text = formatNetwork(cidr);
    const size = 1n << BigInt(network.bytes.length * 8 - Number(this.text.slice(this.text.indexOf('/') + 1)));
    const base = toNumber(network.bytes);
    this.first = base + 1n;
    this.last = base + size - (this.family === 'IPv4' ? 2n : 1n);
    this.offset = rangeOffset(size, { min: 16n, max: 256n, step: 16n });
  }

  /** Undefined for what is no CIDR, or an IPv6 one shorter than /64. */
  static parse(text: string): AddressRange | undefined {
    const cidr = parseCidr(text);
    if (!cidr) return undefined;
    if (cidr.ip.family === 6 && cidr.prefixLength < MIN_IPV6_PREFIX) return undefined;
    return new AddressRange(cidr);
  }

  /** The network's own address, which no service has: what a dry run answers. */
  get network(): string {
    return this.text.slice(0, this.text.indexOf('/'));
  }

  /** Whether a service may have the address. */
  has(address: string): boolean {
    const parsed = parseIp(address);
    if (!parsed || (parsed.family === 6) !== (this.family === 'IPv6')) return false;
    const value = toNumber(parsed.bytes);
    return value >= this.first && value <= this.last;
  }

  /** Every address once: the upper part from a random one on, then the lower part from a random one on. */
  *candidates(random: RandomBelow): Generator<string> {
    const boundary = this.first + this.offset;
    yield* this.around(boundary, this.last, random);
    yield* this.around(this.first, boundary - 1n, random);
  }

  private *around(first: bigint, last: bigint, random: RandomBelow): Generator<string> {
    const size = last - first + 1n;
    if (size <= 0n) return;
    const start = random(size);
    for (let step = 0n; step < size; step += 1n) yield this.format(first + ((start + step) % size));
  }

  private format(value: bigint): string {
    const width = this.family === 'IPv4' ? 4 : 16;
    const bytes = Array.from({ length: width }, (_, i) => Number((value >> BigInt(8 * (width - 1 - i))) & 0xffn));
    return formatIp({ family: width === 4 ? 4 : 6, bytes });
  }
}

/** The size of the lower part of a range: a fraction of it within bounds, none in ranges that are too small to be divided. */
export function rangeOffset(size: bigint, { min, max, step }: { min: bigint; max: bigint; step: bigint }): bigint {
  if (size <= min) return 0n;
  const part = size / step;
  if (part < min) return min;
  return part > max ? max : part;
}

function toNumber(bytes: readonly number[]): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
