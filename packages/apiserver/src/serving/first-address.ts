import { formatIp, networkAddress, parseCidr } from '@typekube/api';

/** The first usable address of a CIDR: `10.0.0.1` of `10.0.0.0/24`, which the service `kubernetes` has. Fails if it is no CIDR. */
export function firstAddress(cidr: string): string {
  const parsed = parseCidr(cidr);
  if (!parsed) throw new Error(`--service-cluster-ip-range "${cidr}" is not a valid CIDR`);
  const network = networkAddress(parsed);
  // The network's own address ends in a zero bit, so there is no carry.
  const bytes = network.bytes.map((byte, position) => (position === network.bytes.length - 1 ? byte + 1 : byte));
  return formatIp({ ...network, bytes });
}
