import { FieldPath, invalid, required, type FieldError } from '@typekube/apimachinery';
import { isMissing, validateImmutable } from '../../../shared/fields/field-rules';
import type { coordinationv1beta1 } from '../../../types';
import { validateLeaseStrategy } from '../lease/validate';
import { compareSemanticVersions, parseSemanticVersion } from './semantic-version';

type Candidate = coordinationv1beta1.LeaseCandidate;

const SPEC = FieldPath.of('spec');
const NO_VERSION = 'must be a valid semantic version';

export function validateLeaseCandidate(candidate: Candidate): FieldError[] {
  const { leaseName, strategy } = specOf(candidate);
  const errors = isMissing(leaseName) ? [required(SPEC.child('leaseName'))] : [];
  errors.push(...validateVersions(candidate));
  const path = SPEC.child('strategy');
  return [...errors, ...(isMissing(strategy) ? [required(path)] : validateCandidateStrategy(candidate, strategy, path))];
}

export function validateLeaseCandidateUpdate(candidate: Candidate, old: Candidate): FieldError[] {
  const leaseName = validateImmutable(specOf(candidate).leaseName, specOf(old).leaseName, SPEC.child('leaseName'));
  return [...validateLeaseCandidate(candidate), ...leaseName];
}

/** The binary is at least as new as the version it acts as. */
function validateVersions(candidate: Candidate): FieldError[] {
  const { emulationVersion, binaryVersion } = specOf(candidate);
  const emulated = parseSemanticVersion(emulationVersion ?? '');
  const binary = parseSemanticVersion(binaryVersion ?? '');
  const binaryPath = SPEC.child('binaryVersion');
  const errors: FieldError[] = [];
  if (!isMissing(emulationVersion) && !emulated)
    errors.push(invalid(SPEC.child('emulationVersion'), emulationVersion, NO_VERSION));
  if (isMissing(binaryVersion)) errors.push(required(binaryPath));
  else if (!binary) errors.push(invalid(binaryPath, binaryVersion, NO_VERSION));
  if (binary && emulated && compareSemanticVersions(binary, emulated) < 0) {
    errors.push(invalid(binaryPath, binaryVersion, 'must be greater than or equal to `emulationVersion`'));
  }
  return errors;
}

function validateCandidateStrategy(candidate: Candidate, strategy: string, path: FieldPath): FieldError[] {
  const errors = validateLeaseStrategy(strategy, path);
  if (strategy !== 'OldestEmulationVersion' || parseSemanticVersion(specOf(candidate).emulationVersion ?? '')) return errors;
  const detail = "must be specified when `strategy` is 'OldestEmulationVersion'";
  return [required(SPEC.child('emulationVersion'), detail), ...errors];
}

function specOf(candidate: Candidate): Partial<coordinationv1beta1.LeaseCandidateSpec> {
  return candidate.spec ?? {};
}
