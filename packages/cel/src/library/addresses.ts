import { type IpAddress, ipText, parseCidr, parseIp } from '@typekube/apimachinery';
import { fn, type Library, method } from '../env/declarations';
import { BOOL, INT, opaqueType, STRING } from '../types/cel-type';
import { CelError } from '../values/cel-error';
import { OpaqueValue } from '../values/opaque-value';
import type { Value } from '../values/value';
import { opaque, text } from './arguments';

const IP = opaqueType('net.IP');
const CIDR = opaqueType('net.CIDR');

class IpValue extends OpaqueValue {
  readonly type = IP;

  constructor(readonly address: IpAddress) {
    super();
  }

  override get size(): number {
    return this.address.family === 4 ? 4 : 16;
  }

  override equals(other: OpaqueValue): boolean {
    return other instanceof IpValue && sameAddress(this.address, other.address);
  }
}

class CidrValue extends OpaqueValue {
  readonly type = CIDR;

  constructor(readonly address: IpAddress, readonly prefixLength: number) {
    super();
  }

  /** Bytes that the prefix covers. */
  override get size(): number {
    return Math.ceil(this.prefixLength / 8);
  }

  get masked(): CidrValue {
    return new CidrValue({ family: this.address.family, value: this.hostBits(this.address.value) }, this.prefixLength);
  }

  override equals(other: OpaqueValue): boolean {
    return other instanceof CidrValue && this.prefixLength === other.prefixLength && sameAddress(this.address, other.address);
  }

  contains({ family, value }: IpAddress): boolean {
    return family === this.address.family && this.hostBits(value) === this.hostBits(this.address.value);
  }

  toText(): string {
    return `${ipText(this.address)}/${this.prefixLength}`;
  }

  /** The address without the bits behind the prefix. */
  private hostBits(value: bigint): bigint {
    const shift = BigInt((this.address.family === 4 ? 32 : 128) - this.prefixLength);
    return (value >> shift) << shift;
  }
}

function sameAddress(a: IpAddress, b: IpAddress): boolean {
  return a.family === b.family && a.value === b.value;
}

/** Why a text is no address; undefined for one. Zones, leading zeros and IPv4 within IPv6 are not taken. */
function ipProblem(value: string): string | undefined {
  if (value.includes('%')) return `IP Address ${JSON.stringify(value)} with zone value is not allowed`;
  const parsed = parseIp(value);
  if (!parsed || parsed.leadingZeros) return `IP Address ${JSON.stringify(value)} parse error during conversion from string: ParseAddr(${JSON.stringify(value)}): unable to parse IP`;
  return isMapped(parsed.address) ? `IPv4-mapped IPv6 address ${JSON.stringify(value)} is not allowed` : undefined;
}

function isMapped({ family, value }: IpAddress): boolean {
  return family === 6 && value >> 32n === 0xffffn;
}

function ip(value: string): IpValue {
  const problem = ipProblem(value);
  const parsed = parseIp(value);
  if (problem !== undefined || !parsed) throw new CelError(problem ?? 'invalid IP address');
  return new IpValue(parsed.address);
}

function cidrProblem(value: string): string | undefined {
  const parsed = parseCidr(value);
  if (!parsed || parsed.leadingZeros) return `network address parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(value)}): invalid CIDR address`;
  return isMapped(parsed.address) ? `IPv4-mapped IPv6 address ${JSON.stringify(value)} is not allowed` : undefined;
}

function cidr(value: string): CidrValue {
  const problem = cidrProblem(value);
  const parsed = parseCidr(value);
  if (problem !== undefined || !parsed) throw new CelError(problem ?? 'invalid CIDR address');
  return new CidrValue(parsed.address, parsed.prefixLength);
}

const addressOf = (value: Value | undefined): IpAddress => opaque(value, IpValue).address;
const network = (value: Value | undefined): CidrValue => opaque(value, CidrValue);

function isLoopback({ family, value }: IpAddress): boolean {
  return family === 4 ? value >> 24n === 127n : value === 1n;
}

function isLinkLocalUnicast({ family, value }: IpAddress): boolean {
  return family === 4 ? value >> 16n === 0xa9fen : value >> 118n === 0x3fan;
}

function isLinkLocalMulticast({ family, value }: IpAddress): boolean {
  return family === 4 ? value >> 8n === 0xe00000n : (value >> 112n & 0xff0fn) === 0xff02n && value >> 120n === 0xffn;
}

function isMulticast({ family, value }: IpAddress): boolean {
  return family === 4 ? value >> 28n === 0xen : value >> 120n === 0xffn;
}

function isGlobalUnicast(address: IpAddress): boolean {
  const { family, value } = address;
  const reserved = value === 0n || (family === 4 && value === 0xffffffffn);
  return !reserved && !isLoopback(address) && !isMulticast(address) && !isLinkLocalUnicast(address);
}

function containsNetwork(outer: CidrValue, inner: CidrValue): boolean {
  return outer.prefixLength <= inner.prefixLength && outer.contains(inner.masked.address);
}

/** Kubernetes' addresses and networks. */
export const ADDRESSES: Library = [
  fn('ip', 'string_to_ip', [STRING], IP, (value) => ip(text(value))),
  fn('isIP', 'is_ip', [STRING], BOOL, (value) => ipProblem(text(value)) === undefined),
  fn('ip.isCanonical', 'ip_is_canonical', [STRING], BOOL, (value) => ipText(ip(text(value)).address) === text(value)),
  fn('string', 'ip_to_string', [IP], STRING, (value) => ipText(addressOf(value))),
  method('family', 'family', [IP], INT, (value) => BigInt(addressOf(value).family)),
  method('isUnspecified', 'is_unspecified', [IP], BOOL, (value) => addressOf(value).value === 0n),
  method('isLoopback', 'is_loopback', [IP], BOOL, (value) => isLoopback(addressOf(value))),
  method('isLinkLocalMulticast', 'is_link_local_multicast', [IP], BOOL, (value) => isLinkLocalMulticast(addressOf(value))),
  method('isLinkLocalUnicast', 'is_link_local_unicast', [IP], BOOL, (value) => isLinkLocalUnicast(addressOf(value))),
  method('isGlobalUnicast', 'is_global_unicast', [IP], BOOL, (value) => isGlobalUnicast(addressOf(value))),
  fn('cidr', 'string_to_cidr', [STRING], CIDR, (value) => cidr(text(value))),
  fn('isCIDR', 'is_cidr', [STRING], BOOL, (value) => cidrProblem(text(value)) === undefined),
  fn('string', 'cidr_to_string', [CIDR], STRING, (value) => network(value).toText()),
  method('containsIP', 'cidr_contains_ip_string', [CIDR, STRING], BOOL, (value, other) => network(value).contains(ip(text(other)).address)),
  method('containsIP', 'cidr_contains_ip_ip', [CIDR, IP], BOOL, (value, other) => network(value).contains(addressOf(other))),
  method('containsCIDR', 'cidr_contains_cidr_string', [CIDR, STRING], BOOL, (value, other) => containsNetwork(network(value), cidr(text(other)))),
  method('containsCIDR', 'cidr_contains_cidr', [CIDR, CIDR], BOOL, (value, other) => containsNetwork(network(value), network(other))),
  method('ip', 'cidr_ip', [CIDR], IP, (value) => new IpValue(network(value).address)),
  method('prefixLength', 'prefix_length', [CIDR], INT, (value) => BigInt(network(value).prefixLength)),
  method('masked', 'masked', [CIDR], CIDR, (value) => network(value).masked),
];
