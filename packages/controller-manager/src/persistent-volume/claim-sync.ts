import { lacksStorageClass } from '@typekube/api';
import { persistentVolumeClaims, persistentVolumes, type ResourceClient, shared } from '@typekube/client';
import type { corev1 } from '@typekube/api';
import type { ControllerDeps } from '../shared/controller-deps';
import { byName, type PersistentVolume, type PersistentVolumeClaim, type StorageClass, timeOf } from '../shared/objects';
import { boundClaim, boundStatus, boundVolume, unboundStatus } from './bound-objects';
import { type ClaimEvent, planClaim, type VolumeWorld } from './plan-claim';
import { setPhase } from './set-phase';

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';
/** They tell provisioners what is theirs; old ones read the first. */
const PROVISIONER_ANNOTATIONS = ['volume.beta.kubernetes.io/storage-provisioner', 'volume.kubernetes.io/storage-provisioner'];

export interface ClaimWorld extends VolumeWorld {
  storageClasses(): readonly StorageClass[];
}

/** Brings a claim a step nearer to its volume. */
export class ClaimSync {
  constructor(
    private readonly deps: ControllerDeps,
    private readonly world: ClaimWorld,
  ) {}

  async sync(claim: PersistentVolumeClaim, signal: AbortSignal): Promise<void> {
    const step = planClaim(claim, this.world);
    switch (step.do) {
      case 'bind':
        return this.bind(claim, step.volume, signal);
      case 'lose':
        if (await this.setUnbound(claim, 'Lost', signal)) this.tell(claim, step.event);
        return;
      case 'provision':
        return this.provision(claim, step.provisioner, signal);
      case 'wait':
        return this.wait(claim, step.event, signal);
    }
  }

  /** In this order, so that a claim that says it is bound has a volume that knows it; what is cut off is gone on with from there. */
  private async bind(claim: PersistentVolumeClaim, volume: PersistentVolume, signal: AbortSignal): Promise<void> {
    const { client } = this.deps;
    const withClaim = boundVolume(volume, claim);
    const bound = withClaim ? shared(await client.for(persistentVolumes).update(withClaim, { signal })) : volume;
    await setPhase(client, bound, { phase: 'Bound', signal });
    const withVolume = boundClaim(claim, volume);
    const current = withVolume ? shared(await this.claimsOf(claim).update(withVolume, { signal })) : claim;
    const status = boundStatus(current, volume);
    if (status) await this.claimsOf(claim).updateStatus({ ...current, status }, { signal });
  }

  private async wait(claim: PersistentVolumeClaim, event: ClaimEvent | undefined, signal: AbortSignal): Promise<void> {
    const classed = this.withDefaultClass(claim);
    if (classed) return void (await this.claimsOf(claim).update(classed, { signal }));
    await this.setUnbound(claim, 'Pending', signal);
    if (event) this.tell(claim, event);
  }

  /** The claim with the default class, where it has said nothing of a class and there is one now. The newest of several counts. */
  private withDefaultClass(claim: PersistentVolumeClaim): PersistentVolumeClaim | undefined {
    if (!lacksStorageClass(claim) || claim.spec?.volumeName) return undefined;
    const age = ({ metadata }: StorageClass): number => timeOf(metadata.creationTimestamp);
    const defaults = this.world.storageClasses().filter(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === 'true');
    const [newest] = defaults.sort((a, b) => age(b) - age(a) || byName(a, b));
    return newest && { ...claim, spec: { ...claim.spec, storageClassName: newest.metadata.name ?? '' } };
  }

  /** The annotations make another change, which leads here again. */
  private async provision(claim: PersistentVolumeClaim, provisioner: string, signal: AbortSignal): Promise<void> {
    const { annotations } = claim.metadata;
    if (PROVISIONER_ANNOTATIONS.some((name) => annotations?.[name] !== provisioner)) {
      const wanted = Object.fromEntries(PROVISIONER_ANNOTATIONS.map((name) => [name, provisioner]));
      const metadata = { ...claim.metadata, annotations: { ...annotations, ...wanted } };
      await this.claimsOf(claim).update({ ...claim, metadata }, { signal });
      return;
    }
    await this.setUnbound(claim, 'Pending', signal);
    const message =
      `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. ` +
      'If volume creation is delayed, please verify that the provisioner is running and correctly registered.';
    this.tell(claim, { type: 'Normal', reason: 'ExternalProvisioning', message });
  }

  /** Whether that changed anything. */
  private async setUnbound(claim: PersistentVolumeClaim, phase: 'Pending' | 'Lost', signal: AbortSignal): Promise<boolean> {
    const status = unboundStatus(claim, phase);
    if (status) await this.claimsOf(claim).updateStatus({ ...claim, status }, { signal });
    return status !== undefined;
  }

  private tell(claim: PersistentVolumeClaim, { type, reason, message }: ClaimEvent): void {
    this.deps.recordEvent(claim, type, reason, message);
  }

  private claimsOf({ metadata }: PersistentVolumeClaim): ResourceClient<corev1.PersistentVolumeClaim> {
    return this.deps.client.for(persistentVolumeClaims, metadata.namespace ?? '');
  }
}
