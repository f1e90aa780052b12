import { ensureSpec } from '../../../shared/fields/ensure-spec';
import { setPodTemplateDefaults } from '../../../shared/pod-template/default-pod-spec';
import type { corev1 } from '../../../types';

/** Fills in a replication controller: what it does not say of itself it takes from the labels of its template. */
export function setDefaults(object: corev1.ReplicationController): void {
  const spec = ensureSpec(object);
  const labels = spec.template?.metadata?.labels;
  if (labels) {
    if (isEmpty(spec.selector)) spec.selector = { ...labels };
    if (isEmpty(object.metadata.labels)) object.metadata.labels = { ...labels };
  }
  spec.replicas ??= 1;
  if (spec.template) setPodTemplateDefaults(spec.template);
}

function isEmpty(map: Readonly<Record<string, string>> | undefined): boolean {
  return Object.keys(map ?? {}).length === 0;
}
