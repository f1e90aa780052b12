import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { networkingv1 } from '../../../types';

export const table = defineTable<networkingv1.ServiceCIDR>(
  nameColumn,
  text(
    'CIDRs',
    'CIDRs defines the IP blocks in CIDR notation (e.g. "192.168.0.0/24" or "2001:db8::/64") from which to ' +
      'assign service cluster IPs. Max of two CIDRs is allowed, one of each IP family. This field is immutable.',
    ({ spec }) => (spec?.cidrs ?? []).join(','),
  ),
  ageColumn,
);
