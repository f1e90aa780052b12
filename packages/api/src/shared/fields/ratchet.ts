import { type FieldError, type FieldPath, type LabelSelector, validateLabelSelector } from '@typekube/apimachinery';

/** By error: the rule it comes of, for rules that are younger than objects that may be stored. */
const rules = new WeakMap<FieldError, string>();

/** Says of errors that they come of a rule that an object may go on breaking if it was stored so. */
export function ratcheted(rule: string, errors: readonly FieldError[]): FieldError[] {
  for (const error of errors) rules.set(error, rule);
  return [...errors];
}

/**
 * The errors of an update: without those of ratcheted rules that the stored object breaks too, or else nothing of it could ever be changed
 * again. The stored object is looked at only where it matters.
 */
export function withoutStored(errors: FieldError[], errorsOfStored: () => readonly FieldError[]): FieldError[] {
  if (!errors.some((error) => rules.has(error))) return errors;
  const broken = new Set(errorsOfStored().map((error) => rules.get(error)));
  return errors.filter((error) => !rules.has(error) || !broken.has(rules.get(error)));
}

const VALUE_FIELD = /\.values\[\d+\]$/;

/** The errors of a label selector, of which those about values of its expressions are ratcheted. */
export function validateSelectorRatcheted(selector: LabelSelector | undefined, path: FieldPath, rule: string): FieldError[] {
  const errors = validateLabelSelector(selector, {}, path);
  if (errors.length) ratcheted(rule, errors.filter(({ field }) => VALUE_FIELD.test(field)));
  return errors;
}
