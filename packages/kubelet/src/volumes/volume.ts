import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import type { ValueSources } from '../container/env';
import type { PodAddresses } from '../container/field-ref';
import type { Pod, Volume } from '../objects';

/** A token for a service account, bound to a pod. */
export interface TokenRequest {
  readonly pod: Pod;
  readonly audience: string | undefined;
  readonly expirationSeconds: number;
}

/** What volumes are filled with. */
export interface VolumeSources extends ValueSources {
  /** Rejects where the API server gives none. */
  serviceAccountToken(request: TokenRequest): Promise<string>;
  /** The volume that a claim of the pod's namespace is bound to. Rejects where it is bound to none. */
  claimedVolume(claim: ClaimReference): Promise<DeepReadonly<corev1.PersistentVolume>>;
}

/** A claim by its name; one that was made for the pod alone must be owned by it. */
export interface ClaimReference {
  readonly namespace: string;
  readonly name: string;
  readonly ownerUid?: string;
}

/** A volume of a pod, or what its claim is bound to: only such volumes are local. */
export type VolumeSpec = Volume & { readonly local?: DeepReadonly<corev1.LocalVolumeSource> };

export interface VolumeContext {
  readonly pod: Pod;
  readonly volume: VolumeSpec;
  /** The volume's own folder, which is there. */
  readonly folder: string;
  readonly sources: VolumeSources;
  readonly addresses: PodAddresses;
  readonly allocatable: Readonly<Record<string, string>>;
}

/** A kind of volume. */
export interface VolumePlugin {
  /** Such as `kubernetes.io/configmap`. */
  readonly name: string;
  /** Where the volume lies on the node by itself: no folder is made. */
  hostPathOf?(volume: VolumeSpec): string;
  supports(volume: VolumeSpec): boolean;
  /** Makes the volume ready, also again when it is ready already: then it is brought up to date. */
  setUp(context: VolumeContext): Promise<void>;
}

/** A volume that cannot be mounted; events show the message. */
export class MountError extends Error {
  override readonly name = 'MountError';
}
