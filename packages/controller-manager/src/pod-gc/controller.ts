import { hasReason } from '@typekube/apimachinery';
import { nodes, pods } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { type Disruption, endPod } from '../shared/end-pod';
import { every } from '../shared/every';
import type { Node } from '../shared/objects';
import { type Cause, missingNodes, planCollection } from './plan-collection';

const PERIOD_MILLISECONDS = 20_000;
/** So long a node must be missing before its pods go: it may only be made anew. */
const QUARANTINE_MILLISECONDS = 40_000;

const DISRUPTIONS: Partial<Record<Cause, Disruption>> = {
  'node-gone': { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' },
  'out-of-service': { reason: 'DeletionByPodGC', message: 'PodGC: node is out of service' },
};

/** Removes pods that no kubelet will ever finish. */
export function podGarbageCollector(deps: ControllerDeps, threshold: number): Runnable {
  const [podInformer, nodeInformer] = [deps.informers.for(pods), deps.informers.for(nodes)];
  const missingSince = new Map<string, number>();
  const work = async (signal: AbortSignal): Promise<void> => {
    const all = podInformer.indexer.list();
    const known = new Map(nodeInformer.indexer.list().map((node): [string, Node] => [node.metadata.name ?? '', node]));
    const goneNodes = await quarantined(deps, { missing: missingNodes(all, known), missingSince, signal });
    for (const { pod, because } of planCollection({ pods: all, nodes: known, goneNodes, threshold })) {
      const { namespace = '', name = '' } = pod.metadata;
      deps.logger.info('Collecting pod', { pod: `${namespace}/${name}`, because });
      const disruption = DISRUPTIONS[because];
      await endPod(deps, pod, { force: true, signal, ...(disruption && { disruption }) });
    }
  };
  return {
    async run(signal) {
      try {
        await Promise.all([podInformer.synced(signal), nodeInformer.synced(signal)]);
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      await every({ name: 'podgc', milliseconds: PERIOD_MILLISECONDS, clock: deps.clock, logger: deps.logger, work }, signal);
    },
  };
}

interface Quarantine {
  readonly missing: ReadonlySet<string>;
  /** Since when each is missing; kept from one time to the next. */
  readonly missingSince: Map<string, number>;
  readonly signal: AbortSignal;
}

/** Those that are missing for long enough, and that the server does not have either. */
async function quarantined(deps: ControllerDeps, { missing, missingSince, signal }: Quarantine): Promise<Set<string>> {
  const now = deps.clock.monotonic();
  for (const name of missingSince.keys()) if (!missing.has(name)) missingSince.delete(name);
  const gone = new Set<string>();
  for (const name of missing) {
    const since = missingSince.get(name) ?? now;
    missingSince.set(name, since);
    if (now - since >= QUARANTINE_MILLISECONDS && !(await exists(deps, name, signal))) gone.add(name);
  }
  return gone;
}

async function exists({ client }: ControllerDeps, name: string, signal: AbortSignal): Promise<boolean> {
  try {
    await client.for(nodes).get(name, { signal });
    return true;
  } catch (error) {
    if (hasReason(error, 'NotFound')) return false;
    throw error;
  }
}
