import { ensureSpec } from '../../../shared/fields/ensure-spec';
import { setPodTemplateDefaults } from '../../../shared/pod-template/default-pod-spec';
import type { appsv1 } from '../../../types';

export function setDefaults(object: appsv1.ReplicaSet): void {
  const spec = ensureSpec(object);
  spec.template ??= {};
  setPodTemplateDefaults(spec.template);
  spec.replicas ??= 1;
}
