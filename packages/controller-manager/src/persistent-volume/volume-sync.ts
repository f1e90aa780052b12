import type { corev1 } from '@typekube/api';
import { hasReason } from '@typekube/apimachinery';
import { type Indexer, persistentVolumeClaims, persistentVolumes, shared, splitKey } from '@typekube/client';
import type { ControllerDeps } from '../shared/controller-deps';
import type { PersistentVolume, PersistentVolumeClaim } from '../shared/objects';
import { claimKeyOf } from './plan-claim';
import { planReclaim, planVolume, unboundVolume } from './plan-volume';
import { removeFolder } from './remove-folder';
import { setPhase } from './set-phase';

/** Keeps a volume's phase, and reclaims it when its claim is gone. */
export class VolumeSync {
  constructor(
    private readonly deps: ControllerDeps,
    private readonly claims: Indexer<corev1.PersistentVolumeClaim>,
  ) {}

  async sync(volume: PersistentVolume, signal: AbortSignal): Promise<void> {
    const { client } = this.deps;
    const step = planVolume(volume, await this.claimOf(volume, signal));
    switch (step.do) {
      case 'setPhase':
        return void (await setPhase(client, volume, { phase: step.phase, signal }));
      case 'unbind': {
        const unbound = shared(await client.for(persistentVolumes).update(unboundVolume(volume), { signal }));
        return void (await setPhase(client, unbound, { phase: 'Available', signal }));
      }
      case 'release':
        return this.release(volume, signal);
      case 'nothing':
        return;
    }
  }

  /** The server is asked where the cache knows of no such claim: data may be lost where it is only late. */
  private async claimOf(volume: PersistentVolume, signal: AbortSignal): Promise<PersistentVolumeClaim | undefined> {
    const key = claimKeyOf(volume);
    const uid = volume.spec?.claimRef?.uid;
    if (key === undefined || !uid) return undefined;
    const cached = this.claims.get(key);
    if (cached?.metadata.uid === uid) return cached;
    const { namespace, name } = splitKey(key);
    try {
      return shared(await this.deps.client.for(persistentVolumeClaims, namespace).get(name, { signal }));
    } catch (error) {
      if (hasReason(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  /** One that could not be reclaimed says so until it is. */
  private async release(volume: PersistentVolume, signal: AbortSignal): Promise<void> {
    const { client } = this.deps;
    const hasFailed = volume.status?.phase === 'Failed';
    const released = hasFailed ? volume : await setPhase(client, volume, { phase: 'Released', signal });
    const plan = planReclaim(released);
    if (plan.do === 'keep' || released.metadata.deletionTimestamp !== undefined) return;
    if (plan.do === 'fail') return this.fail(released, plan, signal);
    try {
      await removeFolder(plan.path);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await this.fail(released, { reason: 'VolumeFailedDelete', message }, signal);
      throw error;
    }
    const { name = '', uid = '' } = released.metadata;
    await client.for(persistentVolumes).delete(name, { preconditions: { uid }, signal });
  }

  private async fail(volume: PersistentVolume, { reason, message }: { reason: string; message: string }, signal: AbortSignal): Promise<void> {
    const after = await setPhase(this.deps.client, volume, { phase: 'Failed', message, signal });
    if (after !== volume) this.deps.recordEvent(volume, 'Warning', reason, message);
  }
}
