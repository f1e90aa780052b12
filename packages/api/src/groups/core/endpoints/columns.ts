import { listWithMore } from '../../../shared/columns/list-text';
import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { corev1 } from '../../../types';

export const table = defineTable<corev1.Endpoints>(
  nameColumn,
  text(
    'Endpoints',
    'The set of all endpoints is the union of all subsets. Addresses are placed into subsets according to the ' +
      'IPs they share. A single address with multiple ports, some of which are ready and some of which are not ' +
      '(because they come from different containers) will result in the address being displayed in different ' +
      'subsets for the different ports. No address will appear in both Addresses and NotReadyAddresses in the same ' +
      'subset. Sets of addresses and ports that comprise a service.',
    ({ subsets }) => listWithMore((subsets ?? []).flatMap(addressTexts), { max: 3, none: subsets?.length ? '' : '<none>' }),
  ),
  ageColumn,
);

/** Each address with each port; alone where the subset has no ports. */
function addressTexts({ addresses = [], ports = [] }: corev1.EndpointSubset): string[] {
  if (ports.length === 0) return addresses.map(({ ip }) => ip);
  return ports.flatMap(({ port }) => addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)));
}
