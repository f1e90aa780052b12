import type { KubeObject } from '@typekube/apimachinery';
import { type DeepReadonly, shared } from '../resources/deep-readonly';
import type { ListWatchEvent } from './list-watch';
import { objectKey } from './object-key';
import type { Store } from './store';

/** What changed in a store. */
export type StoreChange<T extends KubeObject> =
  | { readonly type: 'added'; readonly object: DeepReadonly<T> }
  | { readonly type: 'updated'; readonly object: DeepReadonly<T>; readonly old: DeepReadonly<T> }
  /**
   * With `finalStateUnknown` the deletion itself was missed: the object is the last that was seen, not the last there was
   * (cache.DeletedFinalStateUnknown).
   */
  | { readonly type: 'deleted'; readonly object: DeepReadonly<T>; readonly finalStateUnknown: boolean };

/** Drops what no reader wants to keep in memory; may change its argument. */
export type Transform<T extends KubeObject> = (object: T) => T;

/**
 * Writes what a list-watch says into a store and gives what changed by it, one batch an event. What did not change (the same
 * resource version) is left out, so that a new list of an unchanged world wakes nobody. An object that was deleted and made
 * anew in between is a deletion and an addition.
 */
export async function* reflect<T extends KubeObject>(
  events: AsyncIterable<ListWatchEvent<T>>,
  store: Store<T>,
  transform: Transform<T> = (object) => object,
): AsyncGenerator<readonly StoreChange<T>[]> {
  for await (const event of events) {
    switch (event.type) {
      case 'replaced':
        yield replace(
          store,
          event.objects.map((object) => shared(transform(object))),
        );
        break;
      case 'applied':
        yield apply(store, shared(transform(event.object)), false);
        break;
      case 'deleted':
        yield remove(store, shared(transform(event.object)));
        break;
      case 'bookmark':
        yield [];
        break;
    }
  }
}

/** Saves a good part of the memory of a cache; only server-side apply needs them. */
export function dropManagedFields<T extends KubeObject>(object: T): T {
  delete object.metadata.managedFields;
  return object;
}

function replace<T extends KubeObject>(store: Store<T>, objects: readonly DeepReadonly<T>[]): StoreChange<T>[] {
  const present = new Set(objects.map((object) => objectKey(object)));
  const changes: StoreChange<T>[] = [];
  for (const key of store.keys()) {
    const lost = present.has(key) ? undefined : store.delete(key);
    if (lost) changes.push({ type: 'deleted', object: lost, finalStateUnknown: true });
  }
  for (const object of objects) for (const change of apply(store, object, true)) changes.push(change);
  return changes;
}

function apply<T extends KubeObject>(store: Store<T>, object: DeepReadonly<T>, mayRepeat: boolean): StoreChange<T>[] {
  const old = store.set(object);
  if (!old) return [{ type: 'added', object }];
  if (mayRepeat && versionOf(old) === versionOf(object)) return [];
  if (uidOf(old) === uidOf(object)) return [{ type: 'updated', object, old }];
  return [
    { type: 'deleted', object: old, finalStateUnknown: true },
    { type: 'added', object },
  ];
}

/** The event bears the object as it was at its end. */
function remove<T extends KubeObject>(store: Store<T>, object: DeepReadonly<T>): StoreChange<T>[] {
  return store.delete(objectKey(object)) ? [{ type: 'deleted', object, finalStateUnknown: false }] : [];
}

function versionOf({ metadata }: DeepReadonly<KubeObject>): string | undefined {
  return metadata.resourceVersion;
}

function uidOf({ metadata }: DeepReadonly<KubeObject>): string | undefined {
  return metadata.uid;
}
