import type { KubeObject } from '@typekube/apimachinery';
import { Controller, horizontalPodAutoscalers, type ResourceRef, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';

/** Kinds that upstream's controller manager acts on and this one does not yet. Who adds a controller takes its kind away here. */
const KINDS: readonly ResourceRef<KubeObject>[] = [horizontalPodAutoscalers];

/** Says by an event on each object of such a kind that nothing comes of it: `kubectl describe` shows it. */
export function missingController(deps: ControllerDeps): Runnable {
  const all = KINDS.map((kind) => tellOf(kind, deps));
  return {
    run: async (signal) => {
      await Promise.all(all.map((each) => each.run(signal)));
    },
  };
}

function tellOf(resource: ResourceRef<KubeObject>, deps: ControllerDeps): Runnable {
  const informer = deps.informers.for(resource);
  const { kind } = resource;
  const name = `missing_controller_${resource.resource}`;
  /** The uids of objects that were told of, by key: as many as are in the cache. */
  const told = new Map<string, string | undefined>();
  return new Controller({
    name,
    watches: [watching(informer)],
    reconcile: async (key) => {
      const object = informer.indexer.get(key);
      if (!object) {
        told.delete(key);
        return;
      }
      if (told.get(key) === object.metadata.uid) return;
      told.set(key, object.metadata.uid);
      const message = `This controller manager has no controller for objects of kind ${kind} yet: nothing acts on this one`;
      deps.recordEvent(object, 'Warning', 'NoController', message);
    },
    metrics: deps.metrics(name),
    logger: deps.logger,
    clock: deps.clock,
  });
}
