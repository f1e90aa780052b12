import { hasReason } from '@typekube/apimachinery';
import { controllerOf } from '@typekube/client';
import { findCondition, withCondition } from '../shared/conditions';
import type { ControllerDeps } from '../shared/controller-deps';
import type { Deployment, DeploymentCondition, ReplicaSet } from '../shared/objects';
import { isNamespaceTerminating, messageOf } from '../shared/pod-control';
import { newReplicaSetAnnotations, nextRevision, REVISION, revisionOf } from './annotations';
import { progressing } from './plan-progress';
import { newReplicaSet, type ReplicaSetWriter } from './replica-set-writer';
import { type Revisions, sameTemplate, splitRevisions } from './revision';
import { progressDeadline, replicasOf } from './rolling-maths';

/** The deployment of the present pass, and how to write its annotations and status. */
export interface DeploymentCell {
  current(): Deployment;
  write(deployment: Deployment): Promise<void>;
}

/** Finds or makes the replica set of the present template, and numbers it as the newest revision. */
export class RevisionSync {
  constructor(
    private readonly deps: ControllerDeps,
    private readonly writer: ReplicaSetWriter,
    private readonly deployment: DeploymentCell,
  ) {}

  split(owned: readonly ReplicaSet[]): Revisions {
    return splitRevisions(this.deployment.current(), owned);
  }

  /** What there is, numbered; nothing is made. */
  async find(owned: readonly ReplicaSet[]): Promise<Revisions> {
    const { newest, old } = this.split(owned);
    return { newest: newest && (await this.adjust(newest, nextRevision(old))), old };
  }

  /** The same, but the newest is made where it is missing. */
  async ensure(owned: readonly ReplicaSet[]): Promise<Revisions & { readonly newest: ReplicaSet }> {
    const { newest, old } = await this.find(owned);
    return { newest: newest ?? (await this.create(old)), old };
  }

  /** An existing one gets the deployment's annotations, and the highest number where it was an old one: that is a rollback. */
  private async adjust(replicaSet: ReplicaSet, revision: bigint): Promise<ReplicaSet> {
    const { spec: wanted } = this.deployment.current();
    const { metadata, spec } = replicaSet;
    const annotations = newReplicaSetAnnotations(this.deployment.current(), replicaSet, revision);
    const minReadySeconds = wanted?.minReadySeconds ?? 0;
    const isSame = sameEntries(annotations, metadata.annotations ?? {}) && minReadySeconds === (spec?.minReadySeconds ?? 0);
    if (!isSame) {
      return this.writer.update({
        ...replicaSet,
        metadata: { ...metadata, annotations },
        spec: { ...spec, selector: spec?.selector ?? {}, minReadySeconds },
      });
    }
    const isKnown = findCondition(this.deployment.current().status?.conditions, 'Progressing') !== undefined;
    const found = this.progress('FoundNewReplicaSet', `Found new replica set ${JSON.stringify(metadata.name ?? '')}`);
    await this.note(revisionOf(replicaSet), isKnown ? undefined : found);
    return replicaSet;
  }

  private async create(old: readonly ReplicaSet[]): Promise<ReplicaSet> {
    const revision = nextRevision(old);
    const wanted = newReplicaSet(this.deployment.current(), old, revision);
    const { replicaSet, isNew } = await this.createOrFind(wanted);
    const { name = '' } = replicaSet.metadata;
    if (isNew && replicasOf(replicaSet) > 0) {
      const message = `Scaled up replica set ${name} from 0 to ${replicasOf(replicaSet)}`;
      this.deps.recordEvent(this.deployment.current(), 'Normal', 'ScalingReplicaSet', message);
    }
    const created = this.progress('NewReplicaSetCreated', `Created new replica set ${JSON.stringify(name)}`);
    await this.note(revision, isNew ? created : undefined);
    return replicaSet;
  }

  private async createOrFind(wanted: ReplicaSet): Promise<{ replicaSet: ReplicaSet; isNew: boolean }> {
    try {
      return { replicaSet: await this.writer.create(wanted), isNew: true };
    } catch (error) {
      if (!hasReason(error, 'AlreadyExists')) return this.failed(wanted, error);
      return { replicaSet: await this.existing(wanted, error), isNew: false };
    }
  }

  /**
   * The cache may not show yet what an earlier pass made. Any other object under the name is a collision: the next hash will
   * differ.
   */
  private async existing(wanted: ReplicaSet, error: unknown): Promise<ReplicaSet> {
    const deployment = this.deployment.current();
    const existing = await this.writer.get(wanted.metadata.name ?? '');
    const isOurs = controllerOf(existing)?.uid === deployment.metadata.uid;
    if (isOurs && sameTemplate(existing.spec?.template, deployment.spec?.template)) return existing;
    const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
    await this.deployment.write({ ...deployment, status: { ...deployment.status, collisionCount } });
    throw error;
  }

  private async failed(wanted: ReplicaSet, error: unknown): Promise<never> {
    if (!isNamespaceTerminating(error)) {
      const reason = 'ReplicaSetCreateError';
      const message = `Failed to create new replica set ${JSON.stringify(wanted.metadata.name ?? '')}: ${messageOf(error)}`;
      this.deps.recordEvent(this.deployment.current(), 'Warning', reason, message);
      await this.note(undefined, this.progress(reason, message, 'False'));
    }
    throw error;
  }

  /** Undefined where the deployment has no deadline: then it has no such condition. */
  private progress(reason: string, message: string, status = 'True'): DeploymentCondition | undefined {
    if (progressDeadline(this.deployment.current()) === undefined) return undefined;
    return progressing(status, reason, message, this.deps.clock.now());
  }

  /** Writes the number of the revision and the condition, where they are news. */
  private async note(revision: bigint | undefined, condition: DeploymentCondition | undefined): Promise<void> {
    const deployment = this.deployment.current();
    const { metadata, status } = deployment;
    const hasNumber = revision === undefined || metadata.annotations?.[REVISION] === String(revision);
    if (hasNumber && !condition) return;
    const annotations = { ...metadata.annotations, ...(revision !== undefined && { [REVISION]: String(revision) }) };
    const conditions = condition ? withCondition(status?.conditions, condition) : status?.conditions;
    await this.deployment.write({
      ...deployment,
      metadata: { ...metadata, annotations },
      status: { ...status, ...(conditions && { conditions }) },
    });
  }
}

function sameEntries(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
