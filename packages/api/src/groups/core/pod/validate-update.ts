import { type FieldError, FieldPath, forbidden, invalid, required } from '@typekube/apimachinery';
import { keepField } from '../../../registry/status-strategy';
import type { corev1 } from '../../../types';
import { formatDiff } from '../../../shared/fields/diff';
import { isMissing } from '../../../shared/fields/field-rules';
import { withoutStored } from '../../../shared/fields/ratchet';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { validatePodAnnotationUpdates } from '../../../shared/pod-template/validate-pod-annotations';
import { validateOnlyAddedTolerations } from '../../../shared/pod-template/validate-tolerations';
import { NO_SPEC, validateSpecAndAnnotations } from './validate';
import { validateGatedAffinity, validateGatedNodeSelector } from './validate-gated';

const SPEC = FieldPath.of('spec');

const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

/** A pod's spec is fixed but for a few fields (ValidatePodUpdate). */
export function validateUpdate(pod: corev1.Pod, oldPod: corev1.Pod): FieldError[] {
  const { spec = NO_SPEC } = pod;
  const { spec: old = NO_SPEC } = oldPod;
  const errors = [...withoutStored(validateSpecAndAnnotations(pod), () => validateSpecAndAnnotations(oldPod)), ...validateAnnotationUpdates(pod, oldPod)];
  for (const list of ['containers', 'initContainers'] as const) {
    if ((spec[list]?.length ?? 0) !== (old[list]?.length ?? 0)) {
      return [...errors, forbidden(SPEC.child(list), 'pod updates may not add or remove containers')];
    }
    errors.push(...validateImages(spec[list] ?? [], SPEC.child(list)));
  }
  const deadline = validateDeadline(spec.activeDeadlineSeconds, old.activeDeadlineSeconds);
  errors.push(...deadline.errors);
  if (deadline.stop) return errors;
  errors.push(
    ...validateOnlyAddedTolerations(spec.tolerations ?? [], old.tolerations ?? [], SPEC.child('tolerations')),
    ...validateOnlyDeletedGates(spec.schedulingGates ?? [], old.schedulingGates ?? []),
  );
  return semanticEqual(spec, old) ? errors : [...errors, ...validateRest(spec, old)];
}

export function validateAnnotationUpdates({ metadata }: corev1.Pod, old: corev1.Pod): FieldError[] {
  return validatePodAnnotationUpdates(
    metadata.annotations ?? {},
    old.metadata.annotations ?? {},
    FieldPath.of('metadata', 'annotations'),
  );
}

function validateImages(containers: readonly corev1.Container[], path: FieldPath): FieldError[] {
  return containers.flatMap(({ image }, i) => {
    const at = path.index(i).child('image');
    if (isMissing(image)) return [required(at)];
    return image === image.trim() ? [] : [invalid(at, image, 'must not have leading or trailing whitespace')];
  });
}

const MAX_INT32 = 2 ** 31 - 1;

/** A deadline may be set, and shortened. Upstream looks no further once it is wrong. */
function validateDeadline(seconds: number | undefined, old: number | undefined): { errors: FieldError[]; stop: boolean } {
  const path = SPEC.child('activeDeadlineSeconds');
  if (seconds === undefined) {
    const errors = old === undefined ? [] : [invalid(path, seconds, 'must not update from a positive integer to nil value')];
    return { errors, stop: false };
  }
  if (seconds < 0 || seconds > MAX_INT32) {
    return { errors: [invalid(path, seconds, `must be between 0 and ${MAX_INT32}, inclusive`)], stop: true };
  }
  if (old !== undefined && old < seconds)
    return { errors: [invalid(path, seconds, 'must be less than or equal to previous value')], stop: true };
  return { errors: [], stop: false };
}

function validateOnlyDeletedGates(
  gates: readonly corev1.PodSchedulingGate[],
  old: readonly corev1.PodSchedulingGate[],
): FieldError[] {
  const known = new Set(old.map(({ name }) => name));
  return gates.flatMap(({ name }, i) => {
    const path = SPEC.child('schedulingGates').index(i).child('name');
    return known.has(name) ? [] : [forbidden(path, `only deletion is allowed, but found new scheduling gate '${name}'`)];
  });
}

/** With the fields that may change put back, the spec must be as it was. */
function validateRest(spec: corev1.PodSpec, old: corev1.PodSpec): FieldError[] {
  const munged: corev1.PodSpec = {
    ...spec,
    containers: withImagesOf(spec.containers, old.containers),
    ...(spec.initContainers && { initContainers: withImagesOf(spec.initContainers, old.initContainers ?? []) }),
  };
  for (const field of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations'] as const) keepField(munged, old, field);
  // The old name of the account comes by default: a pod that was stored without it has not changed.
  if (old.serviceAccount === undefined && munged.serviceAccount === old.serviceAccountName) delete munged.serviceAccount;
  const grace = old.terminationGracePeriodSeconds;
  if (grace !== undefined && grace < 0 && munged.terminationGracePeriodSeconds === 1)
    munged.terminationGracePeriodSeconds = grace;
  const errors = old.schedulingGates?.length
    ? [...validateGatedNodeSelector(munged, old), ...validateGatedAffinity(munged, old)]
    : [];
  if (semanticEqual(munged, old)) return errors;
  const diff = formatDiff('core.PodSpec', old, munged);
  return [...errors, forbidden(SPEC, `pod updates may not change fields other than ${UPDATABLE.join(',')}\n${diff}`)];
}

function withImagesOf(containers: readonly corev1.Container[], old: readonly corev1.Container[]): corev1.Container[] {
  return containers.map((container, i) => {
    const { image: _, ...rest } = container;
    const image = old[i]?.image;
    return image === undefined ? rest : { ...rest, image };
  });
}
