import { FieldPath, type FieldError, forbidden, invalid, notSupported, required } from '@typekube/apimachinery';
import type { flowcontrolv1 } from '../../../types';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { validateTypedConditions } from '../flow-schema/validate';
import { validateQueuing } from './queuing';

type Spec = flowcontrolv1.PriorityLevelConfigurationSpec;

const EXEMPT = 'exempt';

/** The two levels that every server has. Of `exempt`, the shares may be chosen. (apiserver flowcontrol bootstrap) */
const MANDATORY: Readonly<Record<string, Spec>> = {
  [EXEMPT]: { type: 'Exempt' },
  'catch-all': {
    type: 'Limited',
    limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: 'Reject' } },
  },
};

/** The rules of a PriorityLevelConfiguration, new or changed. */
export function validatePriorityLevelConfiguration(object: flowcontrolv1.PriorityLevelConfiguration): FieldError[] {
  const name = object.metadata.name ?? '';
  const spec: Spec = object.spec ?? { type: '' };
  const path = FieldPath.of('spec');
  return [
    ...validateType(name, spec, path),
    ...validateMandatory(name, spec, path),
    ...validatePriorityLevelConfigurationStatus(object),
  ];
}

/** The rules of its status: conditions of different types. */
export function validatePriorityLevelConfigurationStatus(object: flowcontrolv1.PriorityLevelConfiguration): FieldError[] {
  return validateTypedConditions(object.status?.conditions ?? [], FieldPath.of('status', 'conditions'));
}

function validateMandatory(name: string, spec: Spec, path: FieldPath): FieldError[] {
  const wanted = MANDATORY[name];
  if (!wanted) return [];
  if (name !== EXEMPT) {
    return semanticEqual(spec, wanted) ? [] : [invalid(path, spec, `spec of '${name}' must equal the fixed value`)];
  }
  const { exempt: _, ...fixed } = spec;
  if (semanticEqual(fixed, wanted)) return [];
  return [invalid(path, spec, `spec of '${name}' except the 'spec.exempt' field must equal the fixed value`)];
}

function validateType(name: string, spec: Spec, path: FieldPath): FieldError[] {
  const { type, exempt, limited } = spec;
  const errors: FieldError[] = [];
  if ((name === EXEMPT) !== (type === 'Exempt')) {
    errors.push(invalid(path.child('type'), type, "type must be 'Exempt' if and only if name is 'exempt'"));
  }
  if (type === 'Exempt') {
    if (limited) errors.push(forbidden(path.child('limited'), 'must be nil if the type is not Limited'));
    return exempt ? [...errors, ...validateExempt(exempt, path.child('exempt'))] : errors;
  }
  if (type !== 'Limited') return [...errors, notSupported(path.child('type'), type, ['Exempt', 'Limited'])];
  if (exempt) errors.push(forbidden(path.child('exempt'), 'must be nil if the type is Limited'));
  if (!limited) return [...errors, required(path.child('limited'), 'must not be empty when type is Limited')];
  return [...errors, ...validateLimited(limited, path.child('limited'))];
}

function validateExempt(exempt: flowcontrolv1.ExemptPriorityLevelConfiguration, path: FieldPath): FieldError[] {
  return [
    ...validateShares(exempt.nominalConcurrencyShares, path.child('nominalConcurrencyShares')),
    ...validatePercent(exempt.lendablePercent, path.child('lendablePercent')),
  ];
}

function validateLimited(limited: flowcontrolv1.LimitedPriorityLevelConfiguration, path: FieldPath): FieldError[] {
  const borrowing = limited.borrowingLimitPercent;
  const errors = [
    ...validateShares(limited.nominalConcurrencyShares, path.child('nominalConcurrencyShares')),
    ...validateLimitResponse(limited.limitResponse, path.child('limitResponse')),
    ...validatePercent(limited.lendablePercent, path.child('lendablePercent')),
  ];
  if (borrowing !== undefined && borrowing < 0) {
    errors.push(invalid(path.child('borrowingLimitPercent'), borrowing, 'if specified, must be a non-negative integer'));
  }
  return errors;
}

function validateShares(shares: number | undefined, path: FieldPath): FieldError[] {
  return shares !== undefined && shares < 0 ? [invalid(path, shares, 'must be a non-negative integer')] : [];
}

function validatePercent(percent: number | undefined, path: FieldPath): FieldError[] {
  return percent === undefined || (percent >= 0 && percent <= 100)
    ? []
    : [invalid(path, percent, 'must be between 0 and 100, inclusive')];
}

function validateLimitResponse(response: flowcontrolv1.LimitResponse | undefined, path: FieldPath): FieldError[] {
  const queuing = response?.queuing;
  const queuingPath = path.child('queuing');
  switch (response?.type) {
    case 'Reject':
      return queuing ? [forbidden(queuingPath, 'must be nil if limited.limitResponse.type is not Limited')] : [];
    case 'Queue':
      if (!queuing) return [required(queuingPath, 'must not be empty if limited.limitResponse.type is Limited')];
      return validateQueuing(queuing, queuingPath);
    default:
      return [notSupported(path.child('type'), response?.type ?? '', ['Queue', 'Reject'])];
  }
}
