const KUBE_VERSION = /^v(\d+)(?:(alpha|beta)(\d+))?$/;

interface KubeVersion {
  readonly stability: number;
  readonly major: number;
  readonly minor: number;
}

/**
 * Orders version names by how much a client should prefer them, as version.CompareKubeAwareVersionStrings: stable before beta
 * before alpha, then higher numbers first; names of another form come last, alphabetically. Negative when `a` comes
 * first, so that `versions.sort(compareVersionPriority)` puts the preferred one at the front.
 */
export function compareVersionPriority(a: string, b: string): number {
  const left = parseKubeVersion(a);
  const right = parseKubeVersion(b);
  if (!left && !right) return compareText(a, b);
  if (!left) return 1;
  if (!right) return -1;
  return right.stability - left.stability || right.major - left.major || right.minor - left.minor;
}

function parseKubeVersion(text: string): KubeVersion | undefined {
  const match = KUBE_VERSION.exec(text);
  if (!match) return undefined;
  const [, major = '', stage, minor = '0'] = match;
  const stability = stage === 'alpha' ? 0 : stage === 'beta' ? 1 : 2;
  return { stability, major: Number(major), minor: Number(minor) };
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
