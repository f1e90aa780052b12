/** An IP address as Go's `net.IP` sees it: an IPv4-mapped IPv6 address counts as IPv4, with `mapped` set. */
export interface IpAddress {
  readonly family: 4 | 6;
  /** 4 bytes of an IPv4 address, 16 of an IPv6 one. */
  readonly bytes: readonly number[];
  /** Written as `::ffff:a.b.c.d`. */
  readonly mapped: boolean;
  /** A decimal octet or a hexadecimal group has zeros that `netip.ParseAddr` refuses. */
  readonly hasLeadingZeros: boolean;
}

const IPV4_OCTET = /^[0-9]+$/;
const IPV6_GROUP = /^[0-9a-fA-F]+$/;
const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/**
 * Reads an address as leniently as `netutils.ParseIPSloppy`: leading zeros are decimal and ignored, mapped addresses are taken,
 * zones are not. Undefined for anything else.
 */
export function parseIp(text: string): IpAddress | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** The canonical text: dotted decimal, or RFC 5952 for IPv6 (as `net.IP.String`). */
export function formatIp(ip: IpAddress): string {
  return ip.family === 4 ? ip.bytes.join('.') : formatIpv6(ip.bytes);
}

/** As `netutils.IsIPv6String`: false for anything that is no address. */
export function isIpv6(text: string): boolean {
  return parseIp(text)?.family === 6;
}

function parseIpv4(text: string): IpAddress | undefined {
  const octets = text.split('.');
  if (octets.length !== 4) return undefined;
  if (!octets.every((octet) => IPV4_OCTET.test(octet) && Number(octet) <= 255)) return undefined;
  return {
    family: 4,
    bytes: octets.map(Number),
    mapped: false,
    hasLeadingZeros: octets.some((octet) => octet.length > 1 && octet.startsWith('0')),
  };
}

function parseIpv6(text: string): IpAddress | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : { bytes: [], hasLeadingZeros: false };
  if (!head || !tail) return undefined;
  const missing = 16 - head.bytes.length - tail.bytes.length;
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined;
  const bytes = [...head.bytes, ...new Array<number>(Math.max(missing, 0)).fill(0), ...tail.bytes];
  const hasLeadingZeros = head.hasLeadingZeros || tail.hasLeadingZeros;
  if (MAPPED_PREFIX.every((byte, i) => bytes[i] === byte)) {
    return { family: 4, bytes: bytes.slice(12), mapped: true, hasLeadingZeros };
  }
  return { family: 6, bytes, mapped: false, hasLeadingZeros };
}

interface Groups {
  readonly bytes: number[];
  readonly hasLeadingZeros: boolean;
}

/** The groups between colons; the last may be a dotted IPv4 address where `mayEndInIpv4`. */
function parseGroups(text: string, mayEndInIpv4: boolean): Groups | undefined {
  if (text === '') return { bytes: [], hasLeadingZeros: false };
  const bytes: number[] = [];
  let hasLeadingZeros = false;
  const groups = text.split(':');
  for (const [i, group] of groups.entries()) {
    const ipv4 = mayEndInIpv4 && i === groups.length - 1 && group.includes('.') ? parseIpv4(group) : undefined;
    if (ipv4) {
      bytes.push(...ipv4.bytes);
      hasLeadingZeros ||= ipv4.hasLeadingZeros;
      continue;
    }
    const value = IPV6_GROUP.test(group) ? parseInt(group, 16) : NaN;
    if (!(value <= 0xffff)) return undefined;
    bytes.push(value >> 8, value & 0xff);
    hasLeadingZeros ||= group.length > 4;
  }
  return { bytes, hasLeadingZeros };
}

function formatIpv6(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, i) => (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)));
  const { start, length } = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let i = 0; i <= groups.length; i++) {
    if (groups[i] === 0) continue;
    if (i - start > best.length) best = { start, length: i - start };
    start = i + 1;
  }
  return best;
}
