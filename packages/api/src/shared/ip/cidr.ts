import { formatIp, parseIp, type IpAddress } from './address';

/** A network, or an address inside one, with its prefix length. */
export interface Cidr {
  readonly ip: IpAddress;
  /** Of the written form: 0 to 32, or 0 to 128 where a colon is in the address. */
  readonly prefixLength: number;
  /** 32 or 128: the width the prefix length counts in. */
  readonly bits: 32 | 128;
  /** The prefix length is written with a leading zero. */
  readonly prefixHasLeadingZeros: boolean;
}

const PREFIX = /^[0-9]+$/;

/** Reads `address/prefix` as leniently as `netutils.ParseCIDRSloppy`; undefined for anything else. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = text.slice(0, slash);
  const prefix = text.slice(slash + 1);
  const ip = parseIp(address);
  const bits = address.includes(':') ? 128 : 32;
  if (!ip || !PREFIX.test(prefix) || Number(prefix) > bits) return undefined;
  const prefixHasLeadingZeros = prefix.length > 1 && prefix.startsWith('0');
  return { ip, prefixLength: Number(prefix), bits, prefixHasLeadingZeros };
}

/** The address with all bits beyond the prefix cleared. */
export function networkAddress(cidr: Cidr): IpAddress {
  const length = significantBits(cidr);
  const bytes = cidr.ip.bytes.map((byte, i) => byte & byteMask(length - 8 * i));
  return { ...cidr.ip, bytes };
}

/** The canonical text of the network, as `net.IPNet.String`. */
export function formatNetwork(cidr: Cidr): string {
  return `${formatIp(networkAddress(cidr))}/${significantBits(cidr)}`;
}

/** Whether `ip` lies in the network. */
export function networkContains(cidr: Cidr, ip: IpAddress): boolean {
  if (ip.family !== cidr.ip.family) return false;
  const network = networkAddress(cidr);
  const masked = networkAddress({ ...cidr, ip });
  return network.bytes.every((byte, i) => byte === masked.bytes[i]);
}

/** 4 or 6, or undefined for no CIDR (as `netutils.IPFamilyOfCIDRString`). */
export function cidrFamily(text: string): 4 | 6 | undefined {
  return parseCidr(text)?.ip.family;
}

/** The prefix length counted in the width of the address family: a mapped `/120` is a `/24`. */
export function significantBits({ ip, prefixLength, bits }: Cidr): number {
  return ip.family === 4 && bits === 128 ? Math.max(prefixLength - 96, 0) : prefixLength;
}

function byteMask(bits: number): number {
  if (bits >= 8) return 0xff;
  return bits <= 0 ? 0 : (0xff << (8 - bits)) & 0xff;
}
