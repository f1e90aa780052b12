import { hasReason } from '@typekube/apimachinery';
import { controllerOf, persistentVolumeClaims, pods } from '@typekube/client';
import type { ControllerDeps } from '../shared/controller-deps';
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../shared/objects';
import { isNamespaceTerminating, messageOf } from '../shared/pod-control';
import type { ClaimsPlan } from './plan-claims';
import type { Step } from './plan-pods';

type Verb = 'create' | 'update' | 'delete';

/** Carries out steps, with the events that users see on the set. (StatefulPodControl) */
export class StatefulPodControl {
  constructor(
    private readonly deps: Pick<ControllerDeps, 'client' | 'recordEvent'>,
    private readonly set: StatefulSet,
    private readonly signal: AbortSignal,
  ) {}

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'create':
        return this.create(step.pod, step.claims);
      case 'delete':
        return this.delete(step.pod);
      case 'tend':
        return this.tend(step.pod, step.claims, step.wanted);
    }
  }

  /** Claims come first. In a namespace that is going nothing can be made, and need not. */
  private async create(pod: Pod, claims: ClaimsPlan): Promise<void> {
    try {
      await this.createClaims(pod, claims);
      await this.createUnlessThere(pod);
      await this.ownClaims(claims);
    } catch (error) {
      if (isNamespaceTerminating(error)) return;
      if (!isOvertaken(error)) this.tell('create', pod, error);
      throw error;
    }
  }

  /** The cache may not show yet what an earlier pass made. Another's pod of the name is a failure. */
  private async createUnlessThere(pod: Pod): Promise<void> {
    const resource = this.deps.client.for(pods, this.namespace);
    try {
      await resource.create(pod, { signal: this.signal });
      this.tell('create', pod);
    } catch (error) {
      if (!hasReason(error, 'AlreadyExists')) throw error;
      const existing = await resource.get(pod.metadata.name ?? '', { signal: this.signal });
      if (controllerOf(existing)?.uid !== this.set.metadata.uid) throw error;
    }
  }

  /** Only the pod that was seen: its name belongs to the next one soon. One that is gone already is deleted. */
  private async delete(pod: Pod): Promise<void> {
    const { name = '', uid = '' } = pod.metadata;
    try {
      await this.deps.client.for(pods, this.namespace).delete(name, { signal: this.signal, preconditions: { uid } });
      this.tell('delete', pod);
    } catch (error) {
      if (hasReason(error, 'NotFound')) return;
      if (!isOvertaken(error)) this.tell('delete', pod, error);
      throw error;
    }
  }

  private async tend(pod: Pod, claims: ClaimsPlan, wanted: Pod | undefined): Promise<void> {
    try {
      await this.createClaims(pod, claims);
      await this.ownClaims(claims);
      if (!wanted) return;
      await this.deps.client.for(pods, this.namespace).update(wanted, { signal: this.signal });
      this.tell('update', pod);
    } catch (error) {
      if (!isOvertaken(error)) this.tell('update', pod, error);
      throw error;
    }
  }

  private async createClaims(pod: Pod, { create, going }: ClaimsPlan): Promise<void> {
    for (const claim of create) await this.createClaim(pod, claim);
    if (going.length > 0) throw new Error(going.map((name) => `pvc ${name} is being deleted`).join(', '));
  }

  private async createClaim(pod: Pod, claim: PersistentVolumeClaim): Promise<void> {
    const { name = '' } = claim.metadata;
    const [owner, owned] = [this.set.metadata.name ?? '', pod.metadata.name ?? ''];
    try {
      await this.deps.client.for(persistentVolumeClaims, this.namespace).create(claim, { signal: this.signal });
      this.deps.recordEvent(this.set, 'Normal', 'SuccessfulCreate', `create Claim ${name} Pod ${owned} in StatefulSet ${owner} success`);
    } catch (error) {
      // The cache may not show yet what an earlier pass made.
      if (hasReason(error, 'AlreadyExists')) return;
      const message = `create Claim ${name} for Pod ${owned} in StatefulSet ${owner} failed error: ${messageOf(error)}`;
      if (!isNamespaceTerminating(error)) this.deps.recordEvent(this.set, 'Warning', 'FailedCreate', message);
      throw error;
    }
  }

  private async ownClaims({ own, contested }: ClaimsPlan): Promise<void> {
    for (const name of contested) {
      const message =
        `PersistentVolumeClaim ${name} has a conflicting OwnerReference that acts as a manging controller, ` +
        'the retention policy is ignored for this claim';
      this.deps.recordEvent(this.set, 'Warning', 'ConflictingController', message);
    }
    const resource = this.deps.client.for(persistentVolumeClaims, this.namespace);
    for (const { claim, owners } of own) {
      await resource.update({ ...claim, metadata: { ...claim.metadata, ownerReferences: owners } }, { signal: this.signal });
    }
  }

  /** (recordPodEvent) */
  private tell(verb: Verb, pod: Pod, error?: unknown): void {
    const what = `${verb} Pod ${pod.metadata.name ?? ''} in StatefulSet ${this.set.metadata.name ?? ''}`;
    const Verb = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
    if (error === undefined) this.deps.recordEvent(this.set, 'Normal', `Successful${Verb}`, `${what} successful`);
    else this.deps.recordEvent(this.set, 'Warning', `Failed${Verb}`, `${what} failed error: ${messageOf(error)}`);
  }

  private get namespace(): string {
    return this.set.metadata.namespace ?? '';
  }
}

/** The decision was made on an old cache: it is made again, and is no failure that users need to know of. */
function isOvertaken(error: unknown): boolean {
  return hasReason(error, 'Conflict') || hasReason(error, 'AlreadyExists');
}
