/**
 * The order of groups in discovery: the group priorities that upstream gives the API services of its own groups
 * (controlplane/apiserver's DefaultGenericAPIServicePriorities and its siblings). Higher comes first, equal ones by name.
 * The core group always stands first.
 */
export const GROUP_PRIORITIES: Readonly<Record<string, number>> = {
  'apiregistration.k8s.io': 18_500,
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

export function groupPriority(group: string): number {
  return GROUP_PRIORITIES[group] ?? CUSTOM_GROUP_PRIORITY;
}

const VERSION = /^v(\d+)(?:(alpha|beta)(\d+))?$/;

/**
 * Compares two versions, the better first: stable before beta before alpha, then higher numbers, then what is no
 * Kubernetes-like version at all by name (apimachinery's version.CompareKubeAwareVersionStrings, reversed).
 */
export function compareVersions(a: string, b: string): number {
  const [rankA, rankB] = [rankOf(a), rankOf(b)];
  if (!rankA || !rankB) return rankA ? -1 : rankB ? 1 : compareText(a, b);
  for (let at = 0; at < rankA.length; at++) {
    const difference = (rankB[at] ?? 0) - (rankA[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rankOf(version: string): [stability: number, major: number, minor: number] | undefined {
  const match = VERSION.exec(version);
  if (!match) return undefined;
  const stability = match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0;
  return [stability, Number(match[1]), Number(match[3] ?? 0)];
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
