import type { KubeObject } from '@typekube/apimachinery';
import type { ActionSubresource, ScaleSubresource, StatusSubresource, Strategy, Verb } from './resource-definition';

const READ_AND_WRITE: readonly Verb[] = ['get', 'patch', 'update'];

/** A second way to write the object itself: `status`, `approval`, `resize`. Default verbs: get, patch, update. */
export function objectSubresource<T extends KubeObject>(
  strategy: Strategy<T>,
  verbs: readonly Verb[] = READ_AND_WRITE,
): StatusSubresource<T> {
  return { type: 'object', verbs, strategy };
}

interface Replicated extends KubeObject {
  spec?: { replicas?: number };
  status?: { replicas?: number };
}

/** The `scale` subresource (autoscaling/v1 Scale) of a kind with `spec.replicas`; `selector` writes its `status.selector`. */
export function replicasSubresource<T extends Replicated>(selector: (object: T) => string): ScaleSubresource<T> {
  return {
    type: 'scale',
    verbs: READ_AND_WRITE,
    getScale: (object) => ({
      specReplicas: object.spec?.replicas ?? 0,
      statusReplicas: object.status?.replicas ?? 0,
      selector: selector(object),
    }),
    setReplicas: (object, replicas) => {
      object.spec = { ...object.spec, replicas };
    },
    replicasPath: ['spec', 'replicas'],
  };
}

/** A subresource of another kind: `actionSubresource(['create'], 'policy/v1', 'Eviction')`. */
export function actionSubresource(verbs: readonly Verb[], apiVersion: string, kind: string): ActionSubresource {
  const [first = '', second] = apiVersion.split('/');
  const groupVersion = second === undefined ? { group: '', version: first } : { group: first, version: second };
  return { type: 'action', verbs, kind: { ...groupVersion, kind } };
}

/** The `proxy` subresource of pods, services and nodes: all methods pass. */
export function proxySubresource(kind: string): ActionSubresource {
  return actionSubresource(['create', 'delete', 'get', 'patch', 'update'], 'v1', kind);
}
