import { type FieldError, type FieldPath, invalid, isDNS1035Label, required } from '@typekube/apimachinery';

/** The versions of AdmissionReview and ConversionReview that this server speaks. */
const ACCEPTED = ['v1', 'v1beta1'];

/** Whether a webhook speaks a version of review that this server does. */
export function hasAcceptedReviewVersion(versions: readonly string[]): boolean {
  return versions.some((version) => ACCEPTED.includes(version));
}

export interface ReviewVersionOptions {
  /** One of them must be known to this server. */
  readonly requireAccepted: boolean;
  /** What the error of an empty list says. */
  readonly whenEmpty: string;
}

export const ADMISSION_REVIEW_MISSING = `must specify one of ${ACCEPTED.join(', ')}`;

/** The versions of review that a webhook speaks, best first: each once, one of them known here. */
export function validateReviewVersions(
  versions: readonly string[] | undefined,
  path: FieldPath,
  options: ReviewVersionOptions,
): FieldError[] {
  if (!versions?.length) return [required(path, options.whenEmpty)];
  const seen = new Set<string>();
  const errors = versions.flatMap((version, i) => {
    if (seen.has(version)) return [invalid(path.index(i), version, 'duplicate version')];
    seen.add(version);
    return isDNS1035Label(version).map((problem) => invalid(path.index(i), version, problem));
  });
  if (options.requireAccepted && !hasAcceptedReviewVersion(versions)) {
    errors.push(invalid(path, versions, `must include at least one of ${ACCEPTED.join(', ')}`));
  }
  return errors;
}
