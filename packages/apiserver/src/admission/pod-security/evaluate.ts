import { baselineChecks } from './baseline-checks';
import type { Check, CheckedPod, Violation } from './check';
import type { LevelVersion } from './policy';
import { restrictedChecks } from './restricted-checks';

/** The newest version of the standards that there is here. */
const NEWEST = 36;

/** What of a pod the level forbids; empty where it is allowed. Rules that came later than the version do not count. */
export function evaluatePod({ level, version }: LevelVersion, pod: CheckedPod): Violation[] {
  if (level === 'privileged') return [];
  const minor = version === 'latest' ? NEWEST : Math.min(version, NEWEST);
  return checksOf(level, minor).flatMap((check) => check.find(pod, minor) ?? []);
}

function checksOf(level: 'baseline' | 'restricted', version: number): Check[] {
  const inForce = (checks: readonly Check[]): Check[] => checks.filter(({ since }) => since <= version);
  const baseline = inForce(baselineChecks);
  if (level === 'baseline') return baseline;
  const restricted = inForce(restrictedChecks);
  const replaced = new Set(restricted.flatMap(({ replaces = [] }) => replaces));
  return [...baseline.filter(({ id }) => !replaced.has(id)), ...restricted];
}

/** All that is forbidden, with who does it. */
export function detailText(violations: readonly Violation[]): string {
  return violations.map(({ reason, detail }) => (detail ? `${reason} (${detail})` : reason)).join(', ');
}

/** All that is forbidden. */
export function reasonText(violations: readonly Violation[]): string {
  return violations.map(({ reason }) => reason).join(', ');
}
