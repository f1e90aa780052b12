import { hasReason } from '@typekube/apimachinery';
import { Controller, nodes, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { planTtl } from './plan-ttl';

const ANNOTATION = 'node.alpha.kubernetes.io/ttl';

/** Tells kubelets by an annotation for how long they may keep secrets and config maps: longer in larger clusters. */
export function nodeTtlController(deps: ControllerDeps): Runnable {
  const informer = deps.informers.for(nodes);
  let ttl = 0;
  return new Controller({
    name: 'ttlcontroller',
    // Each node hears of another size of the cluster with its next status.
    watches: [watching(informer)],
    workers: 5,
    reconcile: async (name, { signal }) => {
      ttl = planTtl(informer.indexer.size, ttl);
      const node = informer.indexer.get(name);
      const wanted = String(ttl);
      if (!node || node.metadata.annotations?.[ANNOTATION] === wanted) return;
      try {
        const body = { metadata: { annotations: { [ANNOTATION]: wanted } } };
        await deps.client.for(nodes).patch(name, { type: 'strategic', body }, { signal });
      } catch (error) {
        if (!hasReason(error, 'NotFound')) throw error;
      }
    },
    metrics: deps.metrics('ttlcontroller'),
    logger: deps.logger,
    clock: deps.clock,
  });
}
