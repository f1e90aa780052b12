import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  isValidLabelValue,
  nameIsDNSSubdomain,
  required,
  validateLabelName,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { invalidEach } from '../fields/field-rules';
import { ratcheted } from '../fields/ratchet';

/** Terms of which a node must match one (ValidateNodeSelector). */
export function validateNodeSelector(selector: corev1.NodeSelector, path: FieldPath): FieldError[] {
  const terms = path.child('nodeSelectorTerms');
  if (!selector.nodeSelectorTerms?.length) return [required(terms, 'must have at least one node selector term')];
  return selector.nodeSelectorTerms.flatMap((term, i) => validateNodeSelectorTerm(term, terms.index(i), { checkValues: true }));
}

function validateNodeSelectorTerm(
  term: corev1.NodeSelectorTerm,
  path: FieldPath,
  options: { checkValues: boolean },
): FieldError[] {
  const { matchExpressions = [], matchFields = [] } = term;
  return [
    ...matchExpressions.flatMap((item, i) => validateLabelRequirement(item, path.child('matchExpressions').index(i), options)),
    ...matchFields.flatMap((item, i) => validateFieldRequirement(item, path.child('matchFields').index(i))),
  ];
}

function validateLabelRequirement(
  { key, operator, values = [] }: corev1.NodeSelectorRequirement,
  path: FieldPath,
  { checkValues }: { checkValues: boolean },
): FieldError[] {
  const errors = [...validateOperator(operator, values, path), ...validateLabelName(key ?? '', path.child('key'))];
  if (!checkValues) return errors;
  return [
    ...errors,
    ...ratcheted('values of node affinity', values.flatMap((value, i) => invalidEach(path.child('values').index(i), value, isValidLabelValue(value)))),
  ];
}

function validateOperator(operator: string, values: readonly string[], path: FieldPath): FieldError[] {
  const at = path.child('values');
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0 ? [] : [required(at, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0 ? [] : [forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    case 'Gt':
    case 'Lt':
      return values.length === 1 ? [] : [required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
    default:
      return [invalid(path.child('operator'), operator ?? '', 'not a valid selector operator')];
  }
}

/** Only the name of a node can be matched as a field. */
function validateFieldRequirement({ key, operator, values = [] }: corev1.NodeSelectorRequirement, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(path.child('operator'), operator ?? '', 'not a valid selector operator'));
  } else if (values.length !== 1) {
    errors.push(
      required(path.child('values'), "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"),
    );
  }
  if (key !== 'metadata.name') return [...errors, invalid(path.child('key'), key ?? '', 'not a valid field selector key')];
  return [
    ...errors,
    ...values.flatMap((value, i) => invalidEach(path.child('values').index(i), value, nameIsDNSSubdomain(value, false))),
  ];
}

/** What nodes a pod must or would rather run on. Values of preferences are not checked: a wrong one matches nothing. */
export function validateNodeAffinity(affinity: corev1.NodeAffinity, path: FieldPath): FieldError[] {
  const { requiredDuringSchedulingIgnoredDuringExecution: needed, preferredDuringSchedulingIgnoredDuringExecution: preferred } =
    affinity;
  const preferredPath = path.child('preferredDuringSchedulingIgnoredDuringExecution');
  return [
    ...(needed ? validateNodeSelector(needed, path.child('requiredDuringSchedulingIgnoredDuringExecution')) : []),
    ...(preferred ?? []).flatMap(({ weight, preference }, i) => [
      ...validateWeight(weight, preferredPath.index(i).child('weight')),
      ...validateNodeSelectorTerm(preference ?? {}, preferredPath.index(i).child('preference'), { checkValues: false }),
    ]),
  ];
}

export function validateWeight(weight: number, path: FieldPath): FieldError[] {
  return weight > 0 && weight <= 100 ? [] : [invalid(path, weight ?? 0, 'must be in the range 1-100')];
}
