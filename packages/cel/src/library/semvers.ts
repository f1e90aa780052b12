import { fn, type Library, method, type Overload } from '../env/declarations';
import { BOOL, INT, opaqueType, STRING } from '../types/cel-type';
import { CelError } from '../values/cel-error';
import { OpaqueValue } from '../values/opaque-value';
import type { Value } from '../values/value';
import { bool, opaque, text } from './arguments';

const SEMVER = opaqueType('kubernetes.Semver');
const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

class Semver extends OpaqueValue {
  readonly type = SEMVER;

  constructor(readonly numbers: readonly bigint[], readonly prerelease: readonly string[]) {
    super();
  }

  override equals(other: OpaqueValue): boolean {
    return other instanceof Semver && this.compare(other) === 0;
  }

  /** The order of semver.org: builds do not count. */
  compare(other: Semver): number {
    for (const [i, number] of this.numbers.entries()) {
      const theirs = other.numbers[i] ?? 0n;
      if (number !== theirs) return number < theirs ? -1 : 1;
    }
    return comparePrereleases(this.prerelease, other.prerelease);
  }
}

function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (!a.length || !b.length) return Math.sign(Number(b.length > 0) - Number(a.length > 0));
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareIdentifiers(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
}

function compareIdentifiers(a: string, b: string): number {
  const [left, right] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (left !== right) return left ? -1 : 1;
  if (left) return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Takes a `v` before, zeros before numbers and missing parts away. */
function normalized(value: string): string {
  const bare = value.replace(/^v/, '');
  const end = bare.search(/[-+]/);
  const [core, rest] = end < 0 ? [bare, ''] : [bare.slice(0, end), bare.slice(end)];
  const parts = core.split('.').map((part) => part.replace(/^0+(?=\d)/, ''));
  if (rest === '') while (parts.length < 3) parts.push('0');
  return parts.join('.') + rest;
}

function parseSemver(value: string, normalize: boolean): Semver | undefined {
  const [, major, minor, patch, prerelease] = VERSION.exec(normalize ? normalized(value) : value) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  const identifiers = prerelease?.split('.') ?? [];
  if (identifiers.some((each) => /^0\d+$/.test(each))) return undefined;
  return new Semver([BigInt(major), BigInt(minor), BigInt(patch)], identifiers);
}

function semver(value: string, normalize: boolean): Semver {
  const parsed = parseSemver(value, normalize);
  if (!parsed) throw new CelError(`semver parse error: ${JSON.stringify(value)} is no semantic version`);
  return parsed;
}

const of = (value: Value | undefined): Semver => opaque(value, Semver);

/** Kubernetes' semantic versions. */
export const SEMVERS: Library = [
  fn('semver', 'string_to_semver', [STRING], SEMVER, (value) => semver(text(value), false)),
  fn('semver', 'string_bool_to_semver', [STRING, BOOL], SEMVER, (value, normalize) => semver(text(value), bool(normalize))),
  fn('isSemver', 'is_semver_string', [STRING], BOOL, (value) => parseSemver(text(value), false) !== undefined),
  fn('isSemver', 'is_semver_string_bool', [STRING, BOOL], BOOL, (value, normalize) => parseSemver(text(value), bool(normalize)) !== undefined),
  method('isGreaterThan', 'semver_is_greater_than', [SEMVER, SEMVER], BOOL, (a, b) => of(a).compare(of(b)) > 0),
  method('isLessThan', 'semver_is_less_than', [SEMVER, SEMVER], BOOL, (a, b) => of(a).compare(of(b)) < 0),
  method('compareTo', 'semver_compare_to', [SEMVER, SEMVER], INT, (a, b) => BigInt(of(a).compare(of(b)))),
  ...['major', 'minor', 'patch'].map((name, i): Overload => method(name, `semver_${name}`, [SEMVER], INT, (value) => of(value).numbers[i] ?? 0n)),
];
