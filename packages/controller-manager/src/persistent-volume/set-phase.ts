import { type Client, persistentVolumes, shared } from '@typekube/client';
import type { PersistentVolume } from '../shared/objects';

export interface PhaseChange {
  readonly phase: 'Available' | 'Bound' | 'Released' | 'Failed';
  /** Why, for people. */
  readonly message?: string;
  readonly signal: AbortSignal;
}

/** Gives the volume as it is then. Writes nothing where it says so already. */
export async function setPhase(client: Client, volume: PersistentVolume, { phase, message, signal }: PhaseChange): Promise<PersistentVolume> {
  if (volume.status?.phase === phase && (message === undefined || volume.status.message === message)) return volume;
  const { message: _before, ...others } = volume.status ?? {};
  const status = { ...others, phase, ...(message !== undefined && { message }) };
  return shared(await client.for(persistentVolumes).updateStatus({ ...volume, status }, { signal }));
}
