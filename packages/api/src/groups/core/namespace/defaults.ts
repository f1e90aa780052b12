import type { corev1 } from '../../../types';

/** Carries the namespace's own name, so that selectors can pick it. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

export function setDefaults(namespace: corev1.Namespace): void {
  if (namespace.metadata.name)
    namespace.metadata.labels = { ...namespace.metadata.labels, [NAME_LABEL]: namespace.metadata.name };
}
