import { hasReason } from '@typekube/apimachinery';
import { Controller, namespaces, type ReconcileContext, type Requeue, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import type { Namespace } from '../shared/objects';
import { sameStatus } from '../shared/same-status';
import { retryConflicts } from '../shared/retry-conflicts';
import { emptyNamespace } from './empty-namespace';
import { planConditions } from './plan-conditions';

const FINALIZER = 'kubernetes';
/** Where something remains that says nothing of its end, it is looked at again after a while. */
const RETRY_SECONDS = 5;

/** Empties namespaces that are being deleted, and lets them go when nothing is left. */
export function namespaceController(deps: ControllerDeps, workers: number): Runnable {
  const informer = deps.informers.for(namespaces);
  return new Controller({
    name: 'namespace',
    watches: [watching(informer, { when: ({ object }) => object.metadata.deletionTimestamp !== undefined })],
    reconcile: retryConflicts(async (key, context) => {
      const cached = informer.indexer.get(key);
      if (cached?.metadata.deletionTimestamp) return new NamespaceDeletion(deps, context).run(key);
    }),
    workers,
    metrics: deps.metrics('namespace'),
    logger: deps.logger,
    clock: deps.clock,
  });
}

class NamespaceDeletion {
  constructor(
    private readonly deps: ControllerDeps,
    private readonly context: ReconcileContext,
  ) {}

  /** The cache may be behind: whether to delete everything is decided by what the server has now. */
  async run(name: string): Promise<void | Requeue> {
    const { signal } = this.context;
    try {
      const namespace = await this.deps.client.for(namespaces).get(name, { signal });
      if (namespace.metadata.deletionTimestamp) return await this.empty(namespace);
    } catch (error) {
      // Gone, or changed meanwhile: a conflict comes with a change, which wakes us.
      if (!hasReason(error, 'NotFound')) throw error;
    }
  }

  private async empty(namespace: Namespace): Promise<void | Requeue> {
    const { signal } = this.context;
    const { name = '' } = namespace.metadata;
    const terminating = await this.writeStatus(namespace, { ...namespace.status, phase: 'Terminating' });
    if (!terminating.spec?.finalizers?.includes(FINALIZER)) return;
    const outcome = await emptyNamespace(this.deps.client, name, signal);
    const conditions = planConditions(terminating.status?.conditions, outcome, this.deps.clock.now());
    const isEmpty = outcome.remaining.size === 0 && outcome.deletionErrors.length === 0 && outcome.discoveryErrors.length === 0;
    if (isEmpty) return this.finalize(terminating);
    await this.writeStatus(terminating, { ...terminating.status, conditions });
    if (outcome.deletionErrors.length > 0) throw new Error(outcome.deletionErrors.join(', '));
    return { requeueAfterMilliseconds: 1000 * (outcome.estimateSeconds > 0 ? outcome.estimateSeconds / 2 + 1 : RETRY_SECONDS) };
  }

  private async writeStatus(namespace: Namespace, status: NonNullable<Namespace['status']>): Promise<Namespace> {
    if (sameStatus(namespace.status, status)) return namespace;
    return this.deps.client.for(namespaces).updateStatus({ ...namespace, status }, { signal: this.context.signal });
  }

  /** Others may have finalizers of their own: only this one is taken away. The server removes a namespace that has none. */
  private async finalize(namespace: Namespace): Promise<void> {
    const finalizers = (namespace.spec?.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
    const { name = '' } = namespace.metadata;
    await this.deps.client
      .for(namespaces)
      .update({ ...namespace, spec: { ...namespace.spec, finalizers } }, { subresource: 'finalize', signal: this.context.signal });
    this.context.logger.v(2)?.info('Namespace is empty', { namespace: name });
  }
}
