import { FieldPath, forbidden, invalid, isQualifiedName, notSupported, type FieldError } from '@typekube/apimachinery';
import { invalidEach, isMissing, NOT_NEGATIVE } from '../../../shared/fields/field-rules';
import type { coordinationv1 } from '../../../types';

const SPEC = FieldPath.of('spec');
const STRATEGIES = ['OldestEmulationVersion'] as const;

export function validateLease({ spec = {} }: coordinationv1.Lease): FieldError[] {
  const { leaseDurationSeconds: duration, leaseTransitions: transitions, strategy, preferredHolder } = spec;
  const errors: FieldError[] = [];
  if (duration !== undefined && duration <= 0) {
    errors.push(invalid(SPEC.child('leaseDurationSeconds'), duration, 'must be greater than 0'));
  }
  if (transitions !== undefined && transitions < 0) {
    errors.push(invalid(SPEC.child('leaseTransitions'), transitions, NOT_NEGATIVE));
  }
  if (strategy !== undefined) errors.push(...validateLeaseStrategy(strategy, SPEC.child('strategy')));
  if (!isMissing(preferredHolder) && isMissing(strategy)) {
    errors.push(forbidden(SPEC.child('preferredHolder'), 'may only be specified if `strategy` is defined'));
  }
  return errors;
}

/** How a coordinated leader is picked: one of ours, or a qualified name. Upstream names the field twice in the path. */
export function validateLeaseStrategy(strategy: string, path: FieldPath): FieldError[] {
  const at = path.child('strategy');
  if (strategy.includes('/')) return invalidEach(at, strategy, isQualifiedName(strategy));
  return STRATEGIES.some((known) => known === strategy) ? [] : [notSupported(at, strategy, STRATEGIES)];
}
