import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  type Selector,
  validateAnnotations,
  validateLabels,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { validatePodAnnotations, validateProfilesMatchFields } from './validate-pod-annotations';
import { validatePodSpec } from './validate-pod-spec';

/** The spec of a template that has none: every rule about missing fields then speaks. */
const NO_SPEC: corev1.PodSpec = { containers: [] };

/** The template of a workload (ValidatePodTemplateSpec). */
export function validatePodTemplate(template: corev1.PodTemplateSpec, path: FieldPath): FieldError[] {
  const { metadata = {}, spec = NO_SPEC } = template;
  const specPath = path.child('spec');
  const errors = [
    ...validateTemplateMetadata(template, path),
    ...validatePodSpec(spec, specPath, { resourceIsPod: false }),
    ...validateProfilesMatchFields(metadata, spec, specPath),
  ];
  if (spec.ephemeralContainers?.length) {
    errors.push(forbidden(specPath.child('ephemeralContainers'), 'ephemeral containers not allowed in pod template'));
  }
  return errors;
}

/** Labels and annotations of a template; upstream names them without `metadata`. */
export function validateTemplateMetadata(
  { metadata = {}, spec = NO_SPEC }: corev1.PodTemplateSpec,
  path: FieldPath,
): FieldError[] {
  return [
    ...validateLabels(metadata.labels, path.child('labels')),
    ...validateAnnotations(metadata.annotations, path.child('annotations')),
    ...validatePodAnnotations(metadata.annotations ?? {}, spec, path.child('annotations')),
  ];
}

/** A controller must find the pods it makes. */
export function validateTemplateMatches(template: corev1.PodTemplateSpec, selector: Selector, path: FieldPath): FieldError[] {
  const labels = template.metadata?.labels;
  if (selector.isEmpty || selector.matches(labels)) return [];
  return [invalid(path.child('metadata', 'labels'), labels, '`selector` does not match template `labels`')];
}

/** Pods of these controllers run for good. `owner` is the kind as upstream spells it in the error about deadlines. */
export function validateRunsForever(template: corev1.PodTemplateSpec, path: FieldPath, owner: string): FieldError[] {
  const { restartPolicy, activeDeadlineSeconds } = template.spec ?? NO_SPEC;
  const errors: FieldError[] = [];
  if (restartPolicy !== 'Always') errors.push(notSupported(path.child('spec', 'restartPolicy'), restartPolicy ?? '', ['Always']));
  if (activeDeadlineSeconds !== undefined) {
    errors.push(forbidden(path.child('spec', 'activeDeadlineSeconds'), `activeDeadlineSeconds in ${owner} is not Supported`));
  }
  return errors;
}
