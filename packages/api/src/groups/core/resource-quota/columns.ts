import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { corev1 } from '../../../types';

export const table = defineTable<corev1.ResourceQuota>(
  nameColumn,
  text(
    'Request',
    'Request represents a minimum amount of cpu/memory that a container may consume.',
    (quota) => usage(quota, (resource) => !isLimit(resource)),
  ),
  text(
    'Limit',
    'Limits control the maximum amount of cpu/memory that a container may use independent of contention on the ' +
      'node.',
    (quota) => usage(quota, isLimit),
  ),
  ageColumn,
);

function isLimit(resource: string): boolean {
  return resource.startsWith('limits.');
}

/** `cpu: 1/2, memory: 0/4Gi`, used and hard, sorted by name. */
function usage({ status }: corev1.ResourceQuota, belongs: (resource: string) => boolean): string {
  const { hard = {}, used = {} } = status ?? {};
  const resources = Object.keys(hard).filter(belongs).sort();
  return resources.map((resource) => `${resource}: ${used[resource] ?? '0'}/${hard[resource] ?? '0'}`).join(', ');
}
