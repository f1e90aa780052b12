import { hasReason, selectorFromLabelSelector } from '@typekube/apimachinery';
import { deployments, replicaSets, type Requeue } from '@typekube/client';
import { claimObjects } from '../shared/claim';
import { BY_CONTROLLER } from '../shared/controller-index';
import type { Deployment, DeploymentStatus, Pod, ReplicaSet } from '../shared/objects';
import { sameStatus } from '../shared/same-status';
import { planCleanup } from './plan-cleanup';
import { planPausedConditions, planRolloutStatus, untilTimeout } from './plan-progress';
import { oldPodsRun, planScaleDownAll } from './plan-recreate';
import { planScaleDownOld, planScaleUpNewest } from './plan-rolling';
import { planScale, type ScaleStep, wasScaled } from './plan-scale';
import { isComplete, planStatus } from './plan-status';
import type { DeploymentWorld } from './reconcile';
import { DEPLOYMENT, ReplicaSetWriter } from './replica-set-writer';
import type { Revisions } from './revision';
import { isRollingUpdate, replicasOf } from './rolling-maths';
import { RevisionSync } from './revision-sync';

/**
 * One pass over one deployment. It keeps the deployment as last written, so that its own writes do not conflict with each
 * other.
 */
export class DeploymentSync {
  private readonly writer: ReplicaSetWriter;

  constructor(
    private readonly world: DeploymentWorld,
    private deployment: Deployment,
    private readonly signal: AbortSignal,
  ) {
    this.writer = new ReplicaSetWriter(world.deps, this.namespace, signal);
  }

  async run(): Promise<void | Requeue> {
    const { spec, metadata } = this.deployment;
    if (selectorFromLabelSelector(spec?.selector).isEmpty) return this.refuseToSelectAll();
    const owned = await this.claim();
    if (metadata.deletionTimestamp) return this.writeStatus(planStatus(this.deployment, this.revisions.split(owned), this.now));
    const conditions = planPausedConditions(this.deployment, this.now);
    if (conditions) await this.writeStatus({ ...this.deployment.status, conditions });
    if (spec?.paused || wasScaled(this.deployment, owned)) return this.resize(owned);
    return isRollingUpdate(this.deployment) ? this.rollOver(owned) : this.recreate(owned);
  }

  private get revisions(): RevisionSync {
    return new RevisionSync(this.world.deps, this.writer, {
      current: () => this.deployment,
      write: (deployment) => this.write(deployment),
    });
  }

  private get now(): number {
    return this.world.deps.clock.now();
  }

  private get namespace(): string {
    return this.deployment.metadata.namespace ?? '';
  }

  private async refuseToSelectAll(): Promise<void> {
    const message = 'This deployment is selecting all pods. A non-empty selector is required.';
    this.world.deps.recordEvent(this.deployment, 'Warning', 'SelectingAll', message);
    const { metadata, status } = this.deployment;
    await this.writeStatus({ ...status, observedGeneration: metadata.generation ?? 0 });
  }

  private claim(): Promise<ReplicaSet[]> {
    const { client } = this.world.deps;
    const { name = '' } = this.deployment.metadata;
    return claimObjects({
      owner: this.deployment,
      kind: DEPLOYMENT,
      selector: selectorFromLabelSelector(this.deployment.spec?.selector),
      candidates: this.world.replicaSets.list({ namespace: this.namespace }),
      dependents: client.for(replicaSets, this.namespace),
      freshOwner: () => client.for(deployments, this.namespace).get(name, { signal: this.signal }),
      signal: this.signal,
    });
  }

  /** Paused, or scaled: sizes follow, but no revision comes or goes. (DeploymentController.sync) */
  private async resize(owned: readonly ReplicaSet[]): Promise<void> {
    const revisions = await this.revisions.find(owned);
    await this.scale(planScale(this.deployment, revisions));
    if (this.deployment.spec?.paused) await this.cleanUp(revisions.old);
    await this.writeStatus(planStatus(this.deployment, revisions, this.now));
  }

  private async rollOver(owned: readonly ReplicaSet[]): Promise<void | Requeue> {
    const { newest, old } = await this.revisions.ensure(owned);
    const up = planScaleUpNewest(this.deployment, newest, old);
    const steps = up.length > 0 ? up : planScaleDownOld(this.deployment, newest, old);
    await this.scale(steps);
    return this.finish({ newest, old }, steps);
  }

  private async recreate(owned: readonly ReplicaSet[]): Promise<void | Requeue> {
    const found = await this.revisions.find(owned);
    const down = planScaleDownAll(found.old);
    await this.scale(down);
    if (down.length > 0 || oldPodsRun(found.old, this.podsOf(found.old))) return this.finish(found, down);
    const { newest, old } = await this.revisions.ensure(owned);
    const replicas = replicasOf(this.deployment);
    if (replicasOf(newest) !== replicas) await this.scale([{ replicaSet: newest, replicas }]);
    return this.finish({ newest, old }, []);
  }

  /** Where nothing was to be scaled, the rollout may be over. */
  private async finish(revisions: Revisions, steps: readonly ScaleStep[]): Promise<void | Requeue> {
    if (steps.length === 0 && isComplete(this.deployment, this.deployment.status)) await this.cleanUp(revisions.old);
    const status = planRolloutStatus(this.deployment, revisions, this.now);
    await this.writeStatus(status);
    const wait = untilTimeout(this.deployment, status, this.now);
    if (wait !== undefined) return { requeueAfterMilliseconds: wait };
  }

  private async scale(steps: readonly ScaleStep[]): Promise<void> {
    for (const step of steps) await this.writer.scale(this.deployment, step);
  }

  private async cleanUp(old: readonly ReplicaSet[]): Promise<void> {
    for (const replicaSet of planCleanup(this.deployment, old)) await this.writer.delete(replicaSet);
  }

  private podsOf(owners: readonly ReplicaSet[]): Pod[] {
    return owners.flatMap(({ metadata }) => this.world.pods.byIndex(BY_CONTROLLER, metadata.uid ?? ''));
  }

  private async writeStatus(status: DeploymentStatus): Promise<void> {
    if (!sameStatus(this.deployment.status, status)) await this.write({ ...this.deployment, status });
  }

  /** Annotations go with the status: the revision is one. A deployment that is gone needs no status. */
  private async write(deployment: Deployment): Promise<void> {
    const resource = this.world.deps.client.for(deployments, this.namespace);
    try {
      this.deployment = await resource.updateStatus(deployment, { signal: this.signal });
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
  }
}
