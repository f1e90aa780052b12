import { setPodTemplateDefaults } from '../../../shared/pod-template/default-pod-spec';
import type { corev1 } from '../../../types';

export function setDefaults(object: corev1.PodTemplate): void {
  object.template ??= {};
  setPodTemplateDefaults(object.template);
}
