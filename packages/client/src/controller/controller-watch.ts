import { groupVersionKindOf, type GroupKind, type KubeObject, type OwnerReference } from '@typekube/apimachinery';
import type { Informer } from '../cache/informer';
import { keyOf, objectKey } from '../cache/object-key';
import type { DeepReadonly } from '../resources/deep-readonly';

/** What a handler was told: `old` only of an update. */
export interface Change<T extends KubeObject> {
  readonly type: 'added' | 'updated' | 'deleted';
  readonly object: DeepReadonly<T>;
  readonly old?: DeepReadonly<T>;
}

/** Something that wakes a controller. */
export interface ControllerWatch {
  /** Resolves when everything that was there at first has been told. */
  synced(signal: AbortSignal): Promise<void>;
  /** From now on `enqueue` gets the keys; the returned function ends that. */
  start(enqueue: (key: string) => void): () => void;
}

export interface WatchOptions<T extends KubeObject> {
  /** Which keys an object concerns; default its own. For an update the old object is asked too. */
  readonly mapToKeys?: (object: DeepReadonly<T>) => Iterable<string>;
  /** Whether a change matters; default all do. */
  readonly when?: (change: Change<T>) => boolean;
}

/** Makes an informer wake a controller. */
export function watching<T extends KubeObject>(informer: Informer<T>, options: WatchOptions<T> = {}): ControllerWatch {
  const { mapToKeys = (object): string[] => [objectKey(object)], when = () => true } = options;
  return {
    synced: (signal) => informer.synced(signal),
    start(enqueue) {
      const tell = (change: Change<T>): void => {
        if (!when(change)) return;
        const keys = new Set([...mapToKeys(change.object), ...(change.old ? mapToKeys(change.old) : [])]);
        for (const key of keys) enqueue(key);
      };
      return informer.addHandler({
        onAdd: (object) => tell({ type: 'added', object }),
        onUpdate: (object, old) => tell({ type: 'updated', object, old }),
        onDelete: (object) => tell({ type: 'deleted', object }),
      });
    },
  };
}

/** The owner that controls the object, if it has one (metav1.GetControllerOf). */
export function controllerOf({ metadata }: DeepReadonly<KubeObject>): DeepReadonly<OwnerReference> | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller);
}

/** For `mapToKeys`: the key of the owner of that kind that controls the object. Owners lie in the object's namespace. */
export function keyOfController(kind: GroupKind): (object: DeepReadonly<KubeObject>) => string[] {
  return (object) => {
    const owner = controllerOf(object);
    if (owner?.kind !== kind.kind || groupVersionKindOf(owner).group !== kind.group) return [];
    return [keyOf(object.metadata.namespace ?? '', owner.name)];
  };
}
