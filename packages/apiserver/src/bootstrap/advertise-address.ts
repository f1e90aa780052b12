import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { formatIp, parseIp } from '@typekube/api';

export interface AddressFlags {
  readonly bindAddress: string;
  readonly advertiseAddress: string | undefined;
}

/**
 * The address that members of the cluster reach this server by: the advertised one, else the one it is bound to, else the first of the
 * machine's that others can reach. Undefined if there is none, as with a server that listens on loopback only.
 */
export function advertisedAddress(
  { bindAddress, advertiseAddress }: AddressFlags,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string | undefined {
  const given = advertiseAddress ?? bindAddress;
  if (advertiseAddress === undefined && isUnspecified(bindAddress)) return machineAddress(interfaces, bindAddress.includes(':'));
  const parsed = parseIp(given);
  return parsed && isReachable(given) ? formatIp(parsed) : undefined;
}

function machineAddress(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>, prefersIpv6: boolean): string | undefined {
  const usable = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && isReachable(address));
  const preferred = usable.find(({ family }) => (family === 'IPv6') === prefersIpv6);
  return (preferred ?? usable[0])?.address;
}

/** What upstream's ValidateNonSpecialIP lets through: endpoints must be neither this machine's own nor this link's. */
function isReachable(address: string): boolean {
  const parsed = parseIp(address);
  if (!parsed || isUnspecified(address)) return false;
  const [first = 0, second = 0] = parsed.bytes;
  if (parsed.family === 4) return first !== 127 && !(first === 169 && second === 254) && !(first === 224 && second === 0);
  return formatIp(parsed) !== '::1' && !(first === 0xfe && (second & 0xc0) === 0x80) && first !== 0xff;
}

function isUnspecified(address: string): boolean {
  return parseIp(address)?.bytes.every((byte) => byte === 0) ?? false;
}
