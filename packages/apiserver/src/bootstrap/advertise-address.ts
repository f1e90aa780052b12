import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { formatIp, parseIp } from '@typekube/api';
import { type AddressRange, canonicalAddress, familyOf, type IpFamily } from '../allocators/address-range';

export interface AddressFlags {
  readonly bindAddress: string;
  readonly advertiseAddress: string | undefined;
}

/**
 * The address that members of the cluster reach this server by: the advertised one, else the one it is bound to, else the first of the
 * machine's that others can reach and that is of the services' family. Undefined if there is none, as with a server that listens on
 * loopback only. Fails if the advertised address is of another family than the services'.
 */
export function advertisedAddress(
  { bindAddress, advertiseAddress }: AddressFlags,
  services: Pick<AddressRange, 'family' | 'text'>,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string | undefined {
  if (advertiseAddress === undefined && isUnspecified(bindAddress)) return machineAddress(interfaces, services.family);
  const address = canonicalAddress(advertiseAddress ?? bindAddress);
  if (address === undefined || !isReachable(address)) return undefined;
  if (familyOf(address) === services.family) return address;
  throw new Error(`service IP family "${services.text}" must match public address family "${address}"`);
}

function machineAddress(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>, wanted: IpFamily): string | undefined {
  const addresses = Object.values(interfaces).flatMap((found) => found ?? []);
  return addresses.find(({ internal, address, family }) => !internal && family === wanted && isReachable(address))?.address;
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
