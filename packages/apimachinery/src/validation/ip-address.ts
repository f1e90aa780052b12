export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

export interface ParsedIp {
  readonly address: IpAddress;
  /** A part of an IPv4 address began with a zero, which some programs read as octal. */
  readonly leadingZeros: boolean;
}

export interface ParsedCidr extends ParsedIp {
  readonly prefixLength: number;
}

/** Reads an IPv4 or IPv6 address without a zone, leading zeros allowed (netutils.ParseIPSloppy); undefined where it is none. */
export function parseIp(text: string): ParsedIp | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** Reads `address/length`; undefined where it is none. */
export function parseCidr(text: string): ParsedCidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const ip = parseIp(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (!ip || !/^\d{1,9}$/.test(length)) return undefined;
  const prefixLength = Number(length);
  if (prefixLength > (ip.address.family === 4 ? 32 : 128)) return undefined;
  return { ...ip, prefixLength, leadingZeros: ip.leadingZeros || /^0\d/.test(length) };
}

/** The canonical text: dotted for IPv4, by RFC 5952 for IPv6. */
export function ipText({ family, value }: IpAddress): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  if (value >> 32n === 0xffffn) return `::ffff:${ipText({ family: 4, value: value & 0xffffffffn })}`;
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  return compressZeros(groups);
}

function parseIpv4(text: string): ParsedIp | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d+$/.test(part) && Number(part) <= 255)) return undefined;
  const value = parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  return { address: { family: 4, value }, leadingZeros: parts.some((part) => /^0\d/.test(part)) };
}

function parseIpv6(text: string): ParsedIp | undefined {
  const lastColon = text.lastIndexOf(':');
  const tail = text.slice(lastColon + 1);
  if (!tail.includes('.')) return toIpv6(text, false);
  const ipv4 = parseIpv4(tail);
  if (!ipv4) return undefined;
  const { value } = ipv4.address;
  const groups = `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  return toIpv6(text.slice(0, lastColon + 1) + groups, ipv4.leadingZeros);
}

function toIpv6(text: string, leadingZeros: boolean): ParsedIp | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], rest] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - (rest?.length ?? 0);
  if (rest ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<string>(rest ? missing : 0).fill('0'), ...(rest ?? [])];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const value = groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
  return { address: { family: 6, value }, leadingZeros };
}

/** Writes the longest run of two or more zero groups, the first of equals, as `::`. */
function compressZeros(groups: readonly string[]): string {
  let best = { start: 0, length: 1 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === '0') end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  if (best.length < 2) return groups.join(':');
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`;
}
