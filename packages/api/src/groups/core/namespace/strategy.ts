import { nameIsDNSLabel } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { corev1 } from '../../../types';
import { setDefaults } from './defaults';
import { validateNamespace, validateNamespaceFinalizeUpdate, validateNamespaceStatusUpdate } from './validate';

/** Removed by the namespace controller once everything inside is gone. */
const KUBERNETES_FINALIZER = 'kubernetes';

export const strategy: Strategy<corev1.Namespace> = {
  validateName: nameIsDNSLabel,
  prepareForCreate(namespace) {
    namespace.status = { phase: 'Active' };
    const finalizers = namespace.spec?.finalizers ?? [];
    if (!finalizers.includes(KUBERNETES_FINALIZER)) finalizers.push(KUBERNETES_FINALIZER);
    namespace.spec = { ...namespace.spec, finalizers };
    setDefaults(namespace);
  },
  validate: (namespace) => validateNamespace(namespace),
  prepareForUpdate(namespace, old) {
    keepField(namespace, old, 'spec');
    keepField(namespace, old, 'status');
  },
  validateUpdate: (namespace) => validateNamespace(namespace),
};

export const statusStrategy: Strategy<corev1.Namespace> = deriveStatusStrategy(strategy, {
  validateUpdate: (namespace) => validateNamespaceStatusUpdate(namespace),
});

/** The `finalize` subresource: the only way to change `spec.finalizers`. */
export const finalizeStrategy: Strategy<corev1.Namespace> = {
  validateName: nameIsDNSLabel,
  prepareForUpdate: (namespace, old) => keepField(namespace, old, 'status'),
  validateUpdate: (namespace) => validateNamespaceFinalizeUpdate(namespace),
};
