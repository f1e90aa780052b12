import { type FieldError, FieldPath, forbidden } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { validateContainerOfPod } from '../../../shared/pod-template/validate-container';
import { validatePodAnnotations, validateProfilesMatchFields } from '../../../shared/pod-template/validate-pod-annotations';
import { validatePodSpec } from '../../../shared/pod-template/validate-pod-spec';

/** The spec of a pod that has none, as far as rules look into it. */
export const NO_SPEC: corev1.PodSpec = { containers: [] };

const SPEC = FieldPath.of('spec');

/** A pod that is being made (ValidatePodCreate). */
export function validate(pod: corev1.Pod): FieldError[] {
  const { spec = NO_SPEC, metadata } = pod;
  const errors = validateSpecAndAnnotations(pod);
  if (spec.ephemeralContainers?.length) errors.push(forbidden(SPEC.child('ephemeralContainers'), 'cannot be set on create'));
  if (spec.nodeName && spec.schedulingGates?.length) {
    errors.push(forbidden(SPEC.child('nodeName'), 'cannot be set until all schedulingGates have been cleared'));
  }
  return [...errors, ...validateProfilesMatchFields(metadata, spec, SPEC)];
}

/** What holds for every pod, new or old (validatePodMetadataAndSpec). */
export function validateSpecAndAnnotations({ spec = NO_SPEC, metadata }: corev1.Pod): FieldError[] {
  return [
    ...validatePodAnnotations(metadata.annotations ?? {}, spec, FieldPath.of('metadata', 'annotations')),
    ...validatePodSpec(spec, SPEC, { resourceIsPod: true, ...(metadata.name && { podName: metadata.name }) }),
    ...(spec.serviceAccountName ? [] : validateNoTokens(spec.volumes ?? [])),
    ...(['containers', 'initContainers'] as const).flatMap((list) =>
      (spec[list] ?? []).flatMap((container, i) => validateContainerOfPod(container, SPEC.child(list).index(i))),
    ),
  ];
}

/** A pod without a service account has no token to project. */
function validateNoTokens(volumes: readonly corev1.Volume[]): FieldError[] {
  return volumes.flatMap(({ projected }, v) =>
    (projected?.sources ?? []).flatMap(({ serviceAccountToken }, s) => {
      const path = SPEC.child('volumes').index(v).child('projected', 'sources').index(s).child('serviceAccountToken');
      return serviceAccountToken ? [forbidden(path, 'must not be specified when serviceAccountName is not set')] : [];
    }),
  );
}
