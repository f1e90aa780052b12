import type { corev1 } from '@typekube/api';
import type { KubeObject } from '@typekube/apimachinery';
import type { DeepReadonly } from '../resources/deep-readonly';

/** What an event is about (reference.GetReference). `fieldPath` names a part, such as `spec.containers{web}`. */
export function referenceTo(object: DeepReadonly<KubeObject>, fieldPath?: string): corev1.ObjectReference {
  const { apiVersion, kind, metadata } = object;
  const { namespace, name, uid, resourceVersion } = metadata;
  return {
    apiVersion,
    kind,
    ...(namespace && { namespace }),
    ...(name && { name }),
    ...(uid && { uid }),
    ...(resourceVersion && { resourceVersion }),
    ...(fieldPath && { fieldPath }),
  };
}

/** One text for one object, however often it changed. */
export function referenceText(reference: DeepReadonly<corev1.ObjectReference>): string {
  const { kind, namespace, name, uid, apiVersion } = reference;
  return [kind, namespace, name, uid, apiVersion].map((part) => part ?? '').join('\n');
}
