import { FieldPath, type FieldError, invalid } from '@typekube/apimachinery';

export type Level = 'privileged' | 'baseline' | 'restricted';

/** The minor number of `v1.x`. */
export type PolicyVersion = number | 'latest';

export interface LevelVersion {
  readonly level: Level;
  readonly version: PolicyVersion;
}

/** What a namespace asks for: what is refused, what is noted for the audit, what the client is warned of. */
export interface Policy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

export type Mode = keyof Policy;

export const MODES = ['enforce', 'audit', 'warn'] as const satisfies readonly Mode[];

export const LABEL_PREFIX = 'pod-security.kubernetes.io/';

const LEVELS: readonly string[] = ['privileged', 'baseline', 'restricted'] satisfies Level[];

export function levelVersionText({ level, version }: LevelVersion): string {
  return `${level}:${version === 'latest' ? version : `v1.${version}`}`;
}

export function isSameLevelVersion(a: LevelVersion, b: LevelVersion): boolean {
  return a.level === b.level && a.version === b.version;
}

/** Less than zero if the first allows more. */
export function compareLevels(a: Level, b: Level): number {
  return LEVELS.indexOf(a) - LEVELS.indexOf(b);
}

export function isLevel(text: string): text is Level {
  return LEVELS.includes(text);
}

/** Undefined for what is none. */
export function parseVersion(text: string): PolicyVersion | undefined {
  if (text === 'latest') return text;
  const [, minor] = /^v1\.(0|[1-9]\d*)$/.exec(text) ?? [];
  return minor === undefined ? undefined : Number(minor);
}

export interface ParsedPolicy {
  readonly policy: Policy;
  readonly errors: readonly FieldError[];
}

/**
 * What the labels of a namespace ask for, over the defaults (api.PolicyToEvaluate). A level that is none is the strictest to enforce, and
 * nothing to note or warn of.
 */
export function policyOf(labels: Readonly<Record<string, string>> | undefined, defaults: Policy): ParsedPolicy {
  const errors: FieldError[] = [];
  const read = (mode: Mode): LevelVersion => readMode(labels ?? {}, mode, defaults[mode], errors);
  const [enforce, audit, warn] = [read('enforce'), read('audit'), read('warn')];
  const [hasEnforce, hasWarn] = (['enforce', 'warn'] as const).map((mode) => labels?.[LABEL_PREFIX + mode] !== undefined);
  // Who asks to be refused is warned too.
  const warnsLess = hasEnforce && !hasWarn && compareLevels(enforce.level, warn.level) > 0;
  if (!warnsLess) return { policy: { enforce, audit, warn }, errors };
  const version = labels?.[`${LABEL_PREFIX}warn-version`] === undefined ? enforce.version : warn.version;
  return { policy: { enforce, audit, warn: { level: enforce.level, version } }, errors };
}

function readMode(labels: Readonly<Record<string, string>>, mode: Mode, fallback: LevelVersion, errors: FieldError[]): LevelVersion {
  const [levelLabel, versionLabel] = [LABEL_PREFIX + mode, `${LABEL_PREFIX}${mode}-version`];
  const [levelText, versionText] = [labels[levelLabel], labels[versionLabel]];
  const at = (label: string): FieldPath => FieldPath.of('metadata', 'labels').key(label);
  let { level, version } = fallback;
  if (levelText !== undefined) {
    if (isLevel(levelText)) level = levelText;
    else {
      errors.push(invalid(at(levelLabel), levelText, `must be one of ${LEVELS.join(', ')}`));
      level = mode === 'enforce' ? 'restricted' : 'privileged';
    }
  }
  if (versionText !== undefined) {
    const parsed = parseVersion(versionText);
    if (parsed === undefined) errors.push(invalid(at(versionLabel), versionText, 'must be "latest" or "v1.x"'));
    version = parsed ?? 'latest';
  }
  return { level, version };
}
