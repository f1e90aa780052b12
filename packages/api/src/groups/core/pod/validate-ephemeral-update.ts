import { type FieldError, FieldPath, forbidden } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { formatDiff } from '../../../shared/fields/diff';
import { withoutStored } from '../../../shared/fields/ratchet';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { MIRROR_POD_ANNOTATION } from '../../../shared/pod-template/validate-pod-annotations';
import { validateSpecAndAnnotations } from './validate';
import { validateAnnotationUpdates } from './validate-update';

/** Ephemeral containers may be added, and neither changed nor removed (ValidatePodEphemeralContainersUpdate). */
export function validateEphemeralContainersUpdate(pod: corev1.Pod, old: corev1.Pod): FieldError[] {
  if (old.metadata.annotations?.[MIRROR_POD_ANNOTATION] !== undefined) {
    return [forbidden(FieldPath.of(''), 'static pods do not support ephemeral containers')];
  }
  const errors = [...withoutStored(validateSpecAndAnnotations(pod), () => validateSpecAndAnnotations(old)), ...validateAnnotationUpdates(pod, old)];
  const path = FieldPath.of('spec', 'ephemeralContainers');
  const containers = new Map((pod.spec?.ephemeralContainers ?? []).map((container) => [container.name, container]));
  for (const before of old.spec?.ephemeralContainers ?? []) {
    const after = containers.get(before.name);
    const name = JSON.stringify(before.name);
    if (!after) errors.push(forbidden(path, `existing ephemeral containers ${name} may not be removed\n`));
    else if (!semanticEqual(after, before)) {
      const diff = formatDiff('core.EphemeralContainer', before, after);
      errors.push(forbidden(path, `existing ephemeral containers ${name} may not be changed\n${diff}`));
    }
  }
  return errors;
}
