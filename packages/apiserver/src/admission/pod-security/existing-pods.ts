import type { corev1 } from '@typekube/api';
import type { CheckedPod } from './check';
import { evaluatePod, reasonText } from './evaluate';
import { type LevelVersion, levelVersionText } from './policy';

/** More pods than these are not looked at, nor longer than this. */
const MAX_PODS = 3000;
const MAX_MS = 1000;

interface Found {
  first: string;
  count: number;
}

/** What to warn of when a namespace becomes stricter than its pods. */
export function warningsForPods(
  namespace: string,
  pods: readonly corev1.Pod[],
  level: LevelVersion,
  isExempt: (pod: corev1.Pod) => boolean,
): string[] {
  const found = new Map<string, Found>();
  const end = performance.now() + MAX_MS;
  let checked = 0;
  for (const pod of oneOfEachFirst(pods).slice(0, MAX_PODS)) {
    if (performance.now() > end) break;
    checked += 1;
    if (!pod.spec || isExempt(pod)) continue;
    const violations = evaluatePod(level, pod as CheckedPod);
    if (violations.length) count(found, reasonText(violations), pod.metadata.name ?? '');
  }
  const partly =
    checked < pods.length ? [`new PodSecurity enforce level only checked against the first ${checked} of ${pods.length} existing pods`] : [];
  if (found.size === 0) return partly;
  const head = `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${JSON.stringify(levelVersionText(level))}`;
  return [...partly, head, ...[...found].map(([reason, pod]) => describe(reason, pod)).sort()];
}

/** Pods of one controller are alike: where not all can be looked at, one of each comes first, as do those of none. */
function oneOfEachFirst(pods: readonly corev1.Pod[]): readonly corev1.Pod[] {
  if (pods.length <= MAX_PODS) return pods;
  const seen = new Set<string>();
  const [first, replicas]: [corev1.Pod[], corev1.Pod[]] = [[], []];
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
    (owner !== undefined && seen.has(owner) ? replicas : first).push(pod);
    if (owner !== undefined) seen.add(owner);
  }
  return [...first, ...replicas];
}

function count(found: Map<string, Found>, reason: string, pod: string): void {
  const known = found.get(reason);
  if (!known) found.set(reason, { first: pod, count: 1 });
  else found.set(reason, { first: pod < known.first ? pod : known.first, count: known.count + 1 });
}

function describe(reason: string, { first, count: pods }: Found): string {
  if (pods === 1) return `${first}: ${reason}`;
  return pods === 2 ? `${first} (and 1 other pod): ${reason}` : `${first} (and ${pods - 1} other pods): ${reason}`;
}
