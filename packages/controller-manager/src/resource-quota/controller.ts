import { type corev1, equalAmounts, parseAmounts } from '@typekube/api';
import { hasReason, type KubeObject } from '@typekube/apimachinery';
import { Controller, type DeepReadonly, type Informer, keyOf, objectKey, resourceQuotas, splitKey, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { every } from '../shared/every';
import { retryConflicts } from '../shared/retry-conflicts';
import { CountedKinds } from './counted-kinds';
import { planStatus } from './plan-usage';

export interface ResourceQuotaOptions {
  readonly workers: number;
  readonly syncPeriodMilliseconds: number;
}

type Quota = DeepReadonly<corev1.ResourceQuota>;

/** By then what a quota was charged for stands in the caches. */
const SETTLE_MILLISECONDS = 1000;

/** Counts what is in use of quotas anew, where something was deleted or came out otherwise than the API server had counted. */
export function resourceQuotaController(deps: ControllerDeps, options: ResourceQuotaOptions): Runnable {
  const quotas = deps.informers.for(resourceQuotas);
  const charges = new Charges(quotas, () => deps.clock.monotonic());
  const kinds = new CountedKinds(deps, (namespace) => {
    for (const { metadata } of quotas.indexer.list({ namespace })) controller.enqueue(keyOf(namespace, metadata.name ?? ''));
  });
  const controller = new Controller({
    name: 'resource_quota_controller',
    watches: [
      // What the API server charges is right as it is.
      watching(quotas, { when: ({ type, object, old }) => type === 'added' || (type === 'updated' && isSpecChanged(object, old)) }),
      ...kinds.watches,
    ],
    reconcile: retryConflicts(async (key, { signal }) => {
      const quota = quotas.indexer.get(key) as corev1.ResourceQuota | undefined;
      if (!quota) return;
      const wait = charges.settlesIn(key);
      if (wait > 0 && !isSpecChanged(quota, undefined)) return { requeueAfterMilliseconds: wait };
      const { namespace } = splitKey(key);
      const status = planStatus(quota, await kinds.in(namespace, Object.keys(quota.spec?.hard ?? {})), new Date(deps.clock.now()));
      if (!status) return;
      const isFirst = isSpecChanged(quota, undefined);
      try {
        await deps.client.for(resourceQuotas, namespace).updateStatus({ ...quota, status }, { signal });
      } catch (error) {
        if (!hasReason(error, 'NotFound')) throw error;
      }
      // What was created before the API server knew what to count may not have been in the caches yet.
      return isFirst ? { requeueAfterMilliseconds: SETTLE_MILLISECONDS } : undefined;
    }),
    workers: options.workers,
    metrics: deps.metrics('resource_quota_controller'),
    logger: deps.logger,
    clock: deps.clock,
  });
  const resync = (): Promise<void> => {
    for (const key of quotas.indexer.keys()) controller.enqueue(key);
    return Promise.resolve();
  };
  const { clock, logger } = deps;
  return {
    async run(signal) {
      const periodic = { name: 'resource_quota_resync', milliseconds: options.syncPeriodMilliseconds, clock, logger, work: resync };
      await Promise.all([controller.run(signal), every(periodic, signal)]);
      await kinds.stop();
    },
  };
}

/** Whether the status does not show what the quota limits: it is new, or has changed. */
function isSpecChanged({ spec, status }: Quota, old: Quota | undefined): boolean {
  const shown = old ? old.spec?.hard : status?.hard;
  return shown === undefined || !equalAmounts(parseAmounts(spec?.hard), parseAmounts(shown));
}

/** When quotas were last charged, as far as the cache has seen. */
class Charges {
  private readonly last = new Map<string, number>();

  constructor(
    informer: Informer<corev1.ResourceQuota>,
    private readonly now: () => number,
  ) {
    informer.addHandler({
      onUpdate: (object) => void this.last.set(objectKey(object as KubeObject), now()),
      onDelete: (object) => void this.last.delete(objectKey(object as KubeObject)),
    });
  }

  /** Milliseconds until what it was last charged for can be counted on. */
  settlesIn(key: string): number {
    const last = this.last.get(key);
    return last === undefined ? 0 : Math.max(0, Math.ceil(last + SETTLE_MILLISECONDS - this.now()));
  }
}
