import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  type LabelSelector,
  nameIsDNSLabel,
  required,
  validateLabelName,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { invalidEach, isMissing } from '../fields/field-rules';
import { validateSelectorRatcheted } from '../fields/ratchet';
import { validateNodeAffinity, validateWeight } from './validate-node-affinity';

export function validateAffinity({ nodeAffinity, podAffinity, podAntiAffinity }: corev1.Affinity, path: FieldPath): FieldError[] {
  return [
    ...(nodeAffinity ? validateNodeAffinity(nodeAffinity, path.child('nodeAffinity')) : []),
    ...(podAffinity ? validatePodAffinity(podAffinity, path.child('podAffinity')) : []),
    ...(podAntiAffinity ? validatePodAffinity(podAntiAffinity, path.child('podAntiAffinity')) : []),
  ];
}

function validatePodAffinity(affinity: corev1.PodAffinity | corev1.PodAntiAffinity, path: FieldPath): FieldError[] {
  const { requiredDuringSchedulingIgnoredDuringExecution: needed, preferredDuringSchedulingIgnoredDuringExecution: preferred } =
    affinity;
  const neededPath = path.child('requiredDuringSchedulingIgnoredDuringExecution');
  const preferredPath = path.child('preferredDuringSchedulingIgnoredDuringExecution');
  return [
    ...(needed ?? []).flatMap((term, i) => validatePodAffinityTerm(term, neededPath.index(i))),
    ...(preferred ?? []).flatMap(({ weight, podAffinityTerm }, i) => [
      ...validateWeight(weight, preferredPath.index(i).child('weight')),
      ...validatePodAffinityTerm(podAffinityTerm ?? {}, preferredPath.index(i).child('podAffinityTerm')),
    ]),
  ];
}

const SELECTOR_VALUES = 'values in selectors of pod affinity';

function validatePodAffinityTerm(term: Partial<corev1.PodAffinityTerm>, path: FieldPath): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey } = term;
  const errors = [
    ...validateSelectorRatcheted(labelSelector, path.child('labelSelector'), SELECTOR_VALUES),
    ...validateSelectorRatcheted(namespaceSelector, path.child('namespaceSelector'), SELECTOR_VALUES),
    ...namespaces.flatMap((name) => invalidEach(path.child('namespace'), name, nameIsDNSLabel(name, false))),
    ...validateLabelKeys(term, path),
  ];
  if (isMissing(topologyKey)) errors.push(required(path.child('topologyKey'), 'can not be empty'));
  return [...errors, ...validateLabelName(topologyKey ?? '', path.child('topologyKey'))];
}

/** Keys whose values the scheduler takes from the incoming pod; the server adds them to the selector when the pod is made. */
function validateLabelKeys(term: Partial<corev1.PodAffinityTerm>, path: FieldPath): FieldError[] {
  const { matchLabelKeys = [], mismatchLabelKeys = [], labelSelector } = term;
  const errors = [
    ...validateKeyNames(matchLabelKeys, path.child('matchLabelKeys'), labelSelector),
    ...validateKeyNames(mismatchLabelKeys, path.child('mismatchLabelKeys'), labelSelector),
  ];
  if (labelSelector) errors.push(...validateKeysNotSelected(matchLabelKeys, labelSelector, path));
  for (const [i, key] of matchLabelKeys.entries()) {
    if (!mismatchLabelKeys.includes(key)) continue;
    errors.push(invalid(path.child('matchLabelKeys').index(i), key, 'exists in both matchLabelKeys and mismatchLabelKeys'));
  }
  return errors;
}

const NEEDS_SELECTOR = 'must not be specified when labelSelector is not set';

function validateKeyNames(keys: readonly string[], path: FieldPath, selector: LabelSelector | undefined): FieldError[] {
  if (keys.length === 0) return [];
  if (!selector) return [forbidden(path, NEEDS_SELECTOR)];
  return keys.flatMap((key, i) => validateLabelName(key, path.index(i)));
}

/** A key may be in the selector once: as the requirement that the server itself has put there. */
function validateKeysNotSelected(keys: readonly string[], selector: LabelSelector, path: FieldPath): FieldError[] {
  const selected = new Set(Object.keys(selector.matchLabels ?? {}));
  const errors: FieldError[] = [];
  for (const { key } of selector.matchExpressions ?? []) {
    if (selected.has(key) && keys.includes(key)) {
      errors.push(invalid(path.index(keys.lastIndexOf(key)), key, 'exists in both matchLabelKeys and labelSelector'));
    }
    selected.add(key);
  }
  return errors;
}
