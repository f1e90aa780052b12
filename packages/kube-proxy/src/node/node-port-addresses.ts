import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { formatIp, networkContains, parseCidr, parseIp } from '@typekube/api';
import { cidrsOfFamily, familyOfIp, type IpFamily } from '../model/ip-family';

/** `--nodeport-addresses primary`: the node's own address alone. */
export const PRIMARY = 'primary';

export interface NodePortOptions {
  readonly family: IpFamily;
  /** The value of `--nodeport-addresses`: networks, or `primary`. */
  readonly selected: readonly string[];
  readonly nodeIp: string | undefined;
  /** Default: those of the machine. */
  readonly interfaces?: NodeJS.Dict<NetworkInterfaceInfo[]>;
}

/**
 * Which of the machine's addresses take traffic for node ports. Without a network of the family, or with its whole space: all.
 * Loopback addresses never: the answers could not be routed back.
 */
export function nodePortIps({
  family,
  selected,
  nodeIp,
  interfaces = networkInterfaces(),
}: NodePortOptions): readonly string[] | 'all' {
  const own = addressesOf(interfaces, family);
  if (selected.length === 1 && selected[0] === PRIMARY) return own.filter((ip) => ip === nodeIp);
  const cidrs = cidrsOfFamily(selected, family).flatMap((text) => parseCidr(text) ?? []);
  if (cidrs.length === 0 || cidrs.some(({ prefixLength }) => prefixLength === 0)) return 'all';
  return own.filter((text) => {
    const ip = parseIp(text);
    return ip && cidrs.some((cidr) => networkContains(cidr, ip));
  });
}

function addressesOf(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>, family: IpFamily): string[] {
  const all = Object.values(interfaces).flatMap((infos) => infos ?? []);
  const outside = all.filter(({ address, internal }) => !internal && familyOfIp(address) === family && !isLoopback(address));
  const texts = outside.flatMap(({ address }) => {
    const ip = parseIp(address);
    return ip ? [formatIp(ip)] : [];
  });
  return [...new Set(texts)].sort();
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
