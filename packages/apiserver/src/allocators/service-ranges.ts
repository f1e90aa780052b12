import { AddressRange } from './address-range';
import type { Families } from './ip-families';

export type ServiceRanges = readonly [AddressRange, ...AddressRange[]];

/** Reads `--service-cluster-ip-range`: one CIDR, or two of different families. Fails with a message for the command line. */
export function parseServiceRanges(flag: string): ServiceRanges {
  const [first, second, ...more] = flag.split(',').map((text) => parse(text.trim()));
  if (!first) throw new Error('--service-cluster-ip-range must contain at least one valid cidr');
  if (more.length) throw new Error('--service-cluster-ip-range must not contain more than two entries');
  if (!second) return [first];
  if (first.family === second.family) {
    throw new Error('--service-cluster-ip-range[0] and --service-cluster-ip-range[1] must be of different IP family');
  }
  return [first, second];
}

export function familiesOf([first, ...others]: ServiceRanges): Families {
  return [first.family, ...others.map(({ family }) => family)];
}

function parse(text: string): AddressRange {
  const range = AddressRange.parse(text);
  if (!range) throw new Error(`--service-cluster-ip-range "${text}" is not a valid CIDR (IPv6 CIDRs have a prefix of 64 bits or more)`);
  return range;
}
