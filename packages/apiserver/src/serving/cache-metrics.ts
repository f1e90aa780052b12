import type { MetricsRegistry } from '@typekube/component-base';
import type { Resource } from '../registry/resource';

/** Metrics of the watch caches, added up when metrics are read, with upstream's names and labels. */
export function addCacheMetrics(metrics: MetricsRegistry, resources: () => Iterable<Resource>): void {
  addObjectCounts(metrics, resources);
  addWatchers(metrics, resources);
  metrics.counter({
    name: 'apiserver_watch_cache_events_received_total',
    help: 'Counter of events received in watch cache broken by resource type.',
    labelNames: ['group', 'resource'],
    collect: (counter) => {
      for (const { definition, cache } of resources()) counter.inc(labelsOf(definition), cache.counts.events);
    },
  });
  metrics.counter({
    name: 'apiserver_watch_cache_initializations_total',
    help: 'Counter of watch cache initializations broken by resource type.',
    labelNames: ['group', 'resource'],
    collect: (counter) => {
      for (const { definition, cache } of resources()) counter.inc(labelsOf(definition), cache.counts.loads);
    },
  });
}

function addObjectCounts(metrics: MetricsRegistry, resources: () => Iterable<Resource>): void {
  metrics.gauge({
    name: 'apiserver_storage_objects',
    help: '[DEPRECATED, consider using apiserver_resource_objects instead] Number of stored objects at the time of last check split by kind. In case of a fetching error, the value will be -1.',
    labelNames: ['resource'],
    stability: 'STABLE',
    deprecatedVersion: '1.34.0',
    collect: (gauge) => {
      gauge.reset();
      for (const { definition, cache } of resources()) gauge.set({ resource: nameOf(definition) }, cache.size);
    },
  });
  metrics.gauge({
    name: 'apiserver_resource_objects',
    help: 'Number of stored objects at the time of last check split by kind. In case of a fetching error, the value will be -1.',
    labelNames: ['group', 'resource'],
    collect: (gauge) => {
      gauge.reset();
      for (const { definition, cache } of resources()) gauge.set(labelsOf(definition), cache.size);
    },
  });
}

function addWatchers(metrics: MetricsRegistry, resources: () => Iterable<Resource>): void {
  metrics.gauge({
    name: 'apiserver_registered_watchers',
    help: 'Number of currently registered watchers for a given resources',
    labelNames: ['group', 'version', 'kind'],
    collect: (gauge) => {
      gauge.reset();
      for (const { definition, cache } of resources()) {
        if (!cache.listenerCount) continue;
        const [version = ''] = definition.storageVersion.split('/').slice(-1);
        gauge.set({ group: definition.group, version, kind: definition.kind }, cache.listenerCount);
      }
    },
  });
}

function labelsOf({ group, plural }: Resource['definition']): { group: string; resource: string } {
  return { group, resource: plural };
}

function nameOf({ group, plural }: Resource['definition']): string {
  return group ? `${plural}.${group}` : plural;
}
