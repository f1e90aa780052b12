import { FieldPath, invalid, isQualifiedName, type FieldError } from '@typekube/apimachinery';
import { invalidEach } from '../../../shared/fields/field-rules';
import type { corev1 } from '../../../types';

const STANDARD_FINALIZERS: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);
const FINALIZERS = FieldPath.of('spec', 'finalizers');

export function validateNamespace(namespace: corev1.Namespace): FieldError[] {
  return finalizers(namespace).flatMap((finalizer) => validateFinalizerName(finalizer, FINALIZERS));
}

/** The phase says whether the namespace is being deleted, and nothing else. */
export function validateNamespaceStatusUpdate(namespace: corev1.Namespace): FieldError[] {
  const phase = namespace.status?.phase ?? '';
  const path = FieldPath.of('status', 'Phase');
  if (namespace.metadata.deletionTimestamp === undefined) {
    return phase === 'Active' ? [] : [invalid(path, phase, "may only be 'Active' if `deletionTimestamp` is empty")];
  }
  return phase === 'Terminating' ? [] : [invalid(path, phase, "may only be 'Terminating' if `deletionTimestamp` is not empty")];
}

export function validateNamespaceFinalizeUpdate(namespace: corev1.Namespace): FieldError[] {
  return finalizers(namespace).flatMap((finalizer, i) => validateFinalizerName(finalizer, FINALIZERS.index(i)));
}

function validateFinalizerName(finalizer: string, path: FieldPath): FieldError[] {
  const errors = invalidEach(path, finalizer, isQualifiedName(finalizer));
  if (!finalizer.includes('/') && !STANDARD_FINALIZERS.has(finalizer)) {
    errors.push(invalid(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'));
  }
  return errors;
}

function finalizers(namespace: corev1.Namespace): readonly string[] {
  return namespace.spec?.finalizers ?? [];
}
