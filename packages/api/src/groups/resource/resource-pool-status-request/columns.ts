import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { resourcev1alpha3 } from '../../../types';

export const table = defineTable<resourcev1alpha3.ResourcePoolStatusRequest>(
  nameColumn,
  text(
    'Driver',
    'Driver specifies the DRA driver name to filter pools. Only pools from ResourceSlices with this driver will ' +
      'be included. Must be a DNS subdomain (e.g., "gpu.example.com").',
    ({ spec }) => spec.driver,
  ),
  text(
    'Pool',
    'PoolName optionally filters to a specific pool name. If not specified, all pools from the specified driver ' +
      'are included. When specified, must be a non-empty valid resource pool name (DNS subdomains separated by ' +
      '"/").',
    ({ spec }) => spec.poolName ?? '<all>',
  ),
  text('Status', 'The state of the request.', statusText),
  ageColumn,
);

function statusText({ status }: resourcev1alpha3.ResourcePoolStatusRequest): string {
  const final = status?.conditions?.find(({ type, status: is }) => is === 'True' && ['Complete', 'Failed'].includes(type));
  return final?.type ?? 'Pending';
}
