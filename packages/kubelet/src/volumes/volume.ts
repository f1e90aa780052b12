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
}

export interface VolumeContext {
  readonly pod: Pod;
  readonly volume: Volume;
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
  /** Does nothing on the node of its own: no folder is made. */
  readonly usesHostPath?: boolean;
  supports(volume: Volume): boolean;
  /** Makes the volume ready, also again when it is ready already: then it is brought up to date. */
  setUp(context: VolumeContext): Promise<void>;
}

/** A volume that cannot be mounted; events show the message. */
export class MountError extends Error {
  override readonly name = 'MountError';
}
