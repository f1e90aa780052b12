import type { corev1 } from '@typekube/api';
import { hasReason, semanticEqual } from '@typekube/apimachinery';
import { Controller, endpoints, type Indexer, pods, type ReconcileContext, services, splitKey, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import type { Endpoints, Service } from '../shared/objects';
import { isNamespaceTerminating, messageOf } from '../shared/pod-control';
import { hasManagedEndpoints, HEADLESS_LABEL, isHeadless, podsOf, servicesOf } from '../shared/service-pods';
import { retryConflicts } from '../shared/retry-conflicts';
import { planSubsets, truncated } from './plan-subsets';

const MANAGED_BY_LABEL = 'endpoints.kubernetes.io/managed-by';
const MANAGER = 'endpoint-controller';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';

interface EndpointsWorld {
  readonly deps: ControllerDeps;
  readonly services: Indexer<corev1.Service>;
  readonly pods: Indexer<corev1.Pod>;
  readonly endpoints: Indexer<corev1.Endpoints>;
}

/** Keeps the Endpoints object of every service with a selector, for clients that read no slices. */
export function endpointsController(deps: ControllerDeps, workers: number): Runnable {
  const serviceInformer = deps.informers.for(services);
  const podInformer = deps.informers.for(pods);
  const endpointsInformer = deps.informers.for(endpoints);
  const world = { deps, services: serviceInformer.indexer, pods: podInformer.indexer, endpoints: endpointsInformer.indexer };
  return new Controller({
    name: 'endpoint',
    watches: [
      watching(serviceInformer),
      watching(podInformer, { mapToKeys: servicesOf(serviceInformer.indexer) }),
      // They bear the names of their services.
      watching(endpointsInformer),
    ],
    reconcile: retryConflicts((key, context) => reconcile(world, key, context)),
    workers,
    metrics: deps.metrics('endpoint'),
    logger: deps.logger,
    clock: deps.clock,
  });
}

async function reconcile(world: EndpointsWorld, key: string, { signal }: ReconcileContext): Promise<void> {
  const service = world.services.get(key);
  const current = world.endpoints.get(key);
  if (!service) return current && isOurs(current) ? remove(world, key, signal) : undefined;
  if (!hasManagedEndpoints(service)) return;
  const wanted = endpointsOf(service, world, current);
  if (current && isSame(current, wanted)) return;
  const resource = world.deps.client.for(endpoints, splitKey(key).namespace);
  try {
    await (current ? resource.update(wanted, { signal }) : resource.create(wanted, { signal }));
  } catch (error) {
    // Made already: the cache will say so, and wake us.
    if (isNamespaceTerminating(error) || hasReason(error, 'AlreadyExists')) return;
    if (hasReason(error, 'Conflict')) throw error;
    const [reason, verb] = current ? ['FailedToUpdateEndpoint', 'update'] : ['FailedToCreateEndpoint', 'create'];
    world.deps.recordEvent(service, 'Warning', reason ?? '', `Failed to ${verb} endpoint ${key}: ${messageOf(error)}`);
    throw error;
  }
}

/** Endpoints that users made for themselves stay when a service of their name goes. */
function isOurs({ metadata }: Endpoints): boolean {
  return metadata.labels?.[MANAGED_BY_LABEL] === MANAGER;
}

async function remove({ deps }: EndpointsWorld, key: string, signal: AbortSignal): Promise<void> {
  const { namespace, name } = splitKey(key);
  try {
    await deps.client.for(endpoints, namespace).delete(name, { signal });
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error;
  }
}

function endpointsOf(service: Service, world: EndpointsWorld, current: Endpoints | undefined): Endpoints {
  const { namespace = '', name = '', labels = {} } = service.metadata;
  const { [HEADLESS_LABEL]: _, ...own } = labels;
  const { [OVER_CAPACITY]: __, ...annotations } = current?.metadata.annotations ?? {};
  const subsets = planSubsets(service, podsOf(service, world.pods));
  const cut = truncated(subsets);
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      ...current?.metadata,
      name,
      namespace,
      labels: { ...own, ...(isHeadless(service) && { [HEADLESS_LABEL]: '' }), [MANAGED_BY_LABEL]: MANAGER },
      annotations: { ...annotations, ...(cut && { [OVER_CAPACITY]: 'truncated' }) },
    },
    subsets: cut ?? subsets,
  };
}

function isSame(a: Endpoints, b: Endpoints): boolean {
  const parts = ({ metadata, subsets }: Endpoints): unknown => [metadata.labels, metadata.annotations, subsets];
  return semanticEqual(parts(a), parts(b));
}
