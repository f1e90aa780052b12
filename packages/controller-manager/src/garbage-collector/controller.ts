import { Controller, type ControllerWatch, RestMapper } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { retryConflicts } from '../shared/retry-conflicts';
import { Collector } from './collect';
import { DependencyGraph, type GraphWork } from './graph';
import { MetadataClient } from '../shared/metadata-client';
import { Monitors } from './monitors';

/** Deletes objects whose owners are gone, in the order that the deletion of the owner asked for. */
export function garbageCollector(deps: ControllerDeps, workers: number): Runnable {
  const graph = new DependencyGraph();
  const metadata = new MetadataClient(deps.client, 'generic-garbage-collector');
  const logger = deps.logger.child('garbagecollector');
  const enqueue = ({ attemptToDelete, attemptToOrphan }: GraphWork): void => {
    for (const uid of attemptToDelete) deleting.enqueue(uid);
    for (const uid of attemptToOrphan) orphaning.enqueue(uid);
  };
  const monitors = new Monitors({ discovery: deps.client.discovery, metadata, graph, enqueue, logger, clock: deps.clock });
  const collector = new Collector({
    graph,
    metadata,
    mapper: new RestMapper(deps.client.discovery),
    recordEvent: deps.recordEvent,
    enqueue,
  });
  const watches: ControllerWatch[] = [{ synced: (signal) => monitors.synced(signal), start: () => () => undefined }];
  const queue = (name: string, reconcile: Collector['attemptToDelete']): Controller =>
    new Controller({
      name,
      watches,
      reconcile: retryConflicts(reconcile),
      workers,
      metrics: deps.metrics(name),
      logger: deps.logger,
      clock: deps.clock,
    });
  const deleting = queue('garbage_collector_attempt_to_delete', collector.attemptToDelete);
  const orphaning = queue('garbage_collector_attempt_to_orphan', collector.attemptToOrphan);
  return {
    async run(signal) {
      await Promise.all([monitors.run(signal), deleting.run(signal), orphaning.run(signal)]);
      metadata.close();
    },
  };
}
