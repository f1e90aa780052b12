/**
 * The order of groups in discovery: the group priorities that upstream gives the API services of its own groups
 * (controlplane/apiserver's DefaultGenericAPIServicePriorities and its siblings). Higher comes first, equal ones by name.
 * The core group always stands first, and the aggregator's own (which is no API service) before all other named ones.
 */
export const GROUP_PRIORITIES: Readonly<Record<string, number>> = {
  'apiregistration.k8s.io': 20_000,
  '': 18_000,
  apps: 17_800,
  'events.k8s.io': 17_750,
  'authentication.k8s.io': 17_700,
  'authorization.k8s.io': 17_600,
  autoscaling: 17_500,
  batch: 17_400,
  'certificates.k8s.io': 17_300,
  'networking.k8s.io': 17_200,
  policy: 17_100,
  'rbac.authorization.k8s.io': 17_000,
  'storage.k8s.io': 16_800,
  'admissionregistration.k8s.io': 16_700,
  'apiextensions.k8s.io': 16_700,
  'scheduling.k8s.io': 16_600,
  'coordination.k8s.io': 16_500,
  'node.k8s.io': 16_300,
  'discovery.k8s.io': 16_200,
  'flowcontrol.apiserver.k8s.io': 16_100,
  'internal.apiserver.k8s.io': 16_000,
  'resource.k8s.io': 15_900,
  'storagemigration.k8s.io': 15_800,
};

/** Groups of custom resources, as the CRD registration controller registers them. */
export const CUSTOM_GROUP_PRIORITY = 1_000;

/** Compares two groups in discovery order. */
export function compareGroups(a: string, b: string): number {
  if (a === '' || b === '') return a === b ? 0 : a === '' ? -1 : 1;
  const difference = groupPriority(b) - groupPriority(a);
  return difference !== 0 ? difference : compareText(a, b);
}

/** The `groupPriorityMinimum` of a group's API services. */
export function groupPriority(group: string): number {
  return GROUP_PRIORITIES[group] ?? CUSTOM_GROUP_PRIORITY;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
