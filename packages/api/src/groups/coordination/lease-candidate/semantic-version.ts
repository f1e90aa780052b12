/** A version as semver.org 2.0.0 has it; the build part does not count in comparisons. */
export interface SemanticVersion {
  readonly core: readonly bigint[];
  readonly prerelease: readonly string[];
}

const NUMBER = '(0|[1-9]\\d*)';
const IDENTIFIERS = '([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)';
const VERSION = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${IDENTIFIERS})?(?:\\+${IDENTIFIERS})?$`);
const NUMERIC = /^\d+$/;

/** Undefined for what is no version: no leading `v`, no missing parts, no leading zeros. */
export function parseSemanticVersion(text: string): SemanticVersion | undefined {
  const [, major, minor, patch, prerelease] = VERSION.exec(text) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  const identifiers = prerelease?.split('.') ?? [];
  if (identifiers.some((identifier) => /^0\d+$/.test(identifier))) return undefined;
  return { core: [major, minor, patch].map(BigInt), prerelease: identifiers };
}

/** Below zero where `a` comes before `b`. */
export function compareSemanticVersions(a: SemanticVersion, b: SemanticVersion): number {
  for (const [i, part] of a.core.entries()) {
    const other = b.core[i] ?? 0n;
    if (part !== other) return part < other ? -1 : 1;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return b.prerelease.length - a.prerelease.length;
  for (const [i, identifier] of a.prerelease.entries()) {
    const other = b.prerelease[i];
    if (other === undefined) return 1;
    const order = compareIdentifiers(identifier, other);
    if (order !== 0) return order;
  }
  return a.prerelease.length - b.prerelease.length;
}

function compareIdentifiers(a: string, b: string): number {
  if (a === b) return 0;
  const numeric = [a, b].map((identifier) => NUMERIC.test(identifier));
  if (numeric[0] && numeric[1]) return BigInt(a) < BigInt(b) ? -1 : 1;
  if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
  return a < b ? -1 : 1;
}
