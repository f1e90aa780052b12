import { ipText, parseIp as parseAddress } from '@typekube/apimachinery';

/** An IP address as Go's `net.IP` sees it: an IPv4-mapped IPv6 address counts as IPv4, with `mapped` set. */
export interface IpAddress {
  readonly family: 4 | 6;
  /** 4 bytes of an IPv4 address, 16 of an IPv6 one. */
  readonly bytes: readonly number[];
  /** Written as `::ffff:a.b.c.d`. */
  readonly mapped: boolean;
  /** A decimal octet has zeros that `netip.ParseAddr` refuses. */
  readonly hasLeadingZeros: boolean;
}

const MAPPED_PREFIX = 0xffffn;

/**
 * Reads an address as leniently as `netutils.ParseIPSloppy`: leading zeros are decimal and ignored, mapped addresses are taken,
 * zones are not. Undefined for anything else.
 */
export function parseIp(text: string): IpAddress | undefined {
  const parsed = parseAddress(text);
  if (!parsed) return undefined;
  const { family, value } = parsed.address;
  const mapped = family === 6 && value >> 32n === MAPPED_PREFIX;
  const width = family === 4 || mapped ? 4 : 16;
  return { family: width === 4 ? 4 : 6, bytes: toBytes(value, width), mapped, hasLeadingZeros: parsed.leadingZeros };
}

/** The canonical text: dotted decimal, or RFC 5952 for IPv6 (as `net.IP.String`). */
export function formatIp({ family, bytes }: Pick<IpAddress, 'family' | 'bytes'>): string {
  return ipText({ family, value: bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) });
}

/** As `netutils.IsIPv6String`: false for anything that is no address. */
export function isIpv6(text: string): boolean {
  return parseIp(text)?.family === 6;
}

function toBytes(value: bigint, width: number): number[] {
  return Array.from({ length: width }, (_, i) => Number((value >> BigInt(8 * (width - 1 - i))) & 0xffn));
}
