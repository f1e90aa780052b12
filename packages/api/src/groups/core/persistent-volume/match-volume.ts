import { parseQuantity, selectorFromLabelSelector } from '@typekube/apimachinery';

/** The controller has chosen the other side of a binding, not the user: it may undo it. */
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
/** On claims: both sides of the binding are written. */
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';

/** Where classes were named before there was a field. */
const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';

type Strings = Readonly<Record<string, string>>;

interface Meta {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly labels?: Strings;
  readonly annotations?: Strings;
  readonly deletionTimestamp?: string;
}

/** What of a volume says whom it fits. */
export interface MatchableVolume {
  readonly metadata: Meta;
  readonly spec?: {
    readonly accessModes?: readonly string[];
    readonly capacity?: Strings;
    readonly claimRef?: { readonly namespace?: string; readonly name?: string; readonly uid?: string };
    readonly storageClassName?: string;
    readonly volumeAttributesClassName?: string;
    readonly volumeMode?: string;
  };
  readonly status?: { readonly phase?: string };
}

/** What of a claim says what fits it. */
export interface MatchableClaim {
  readonly metadata: Meta;
  readonly spec?: {
    readonly accessModes?: readonly string[];
    readonly resources?: { readonly requests?: Strings };
    readonly selector?: Parameters<typeof selectorFromLabelSelector>[0];
    readonly storageClassName?: string;
    readonly volumeAttributesClassName?: string;
    readonly volumeMode?: string;
  };
}

interface Classed {
  readonly metadata: Meta;
  readonly spec?: { readonly storageClassName?: string };
}

/** The class of a claim or volume; empty for none. */
export function storageClassNameOf({ metadata, spec }: Classed): string {
  return metadata.annotations?.[BETA_CLASS] ?? spec?.storageClassName ?? '';
}

/** Whether nobody has said which class the claim is to have: it then gets the default one. */
export function lacksStorageClass({ metadata, spec }: Classed): boolean {
  return metadata.annotations?.[BETA_CLASS] === undefined && spec?.storageClassName === undefined;
}

/** Whether the volume is kept for that claim, or bound to it. (IsVolumeBoundToClaim) */
export function isVolumeOf({ spec }: MatchableVolume, { metadata }: MatchableClaim): boolean {
  const { claimRef } = spec ?? {};
  if (!claimRef || claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

/** Why a volume that a claim asks for by name does not do; undefined if it does. (checkVolumeSatisfyClaim) */
export function volumeMisfit(volume: MatchableVolume, claim: MatchableClaim): string | undefined {
  if (!isLargeEnough(volume, claim)) return 'requested PV is too small';
  if (storageClassNameOf(volume) !== storageClassNameOf(claim)) return 'storageClassName does not match';
  if (attributesClass(volume) !== attributesClass(claim)) return 'VolumeAttributesClassName does not match';
  if (volumeModeOf(volume) !== volumeModeOf(claim)) return 'incompatible volumeMode';
  return hasModes(volume, claim) ? undefined : 'incompatible accessMode';
}

export interface MatchOptions<V> {
  /** The claim waits for its first consumer and that has no node yet: only a volume that is kept for the claim will do. */
  readonly isDelayed?: boolean;
  /** Whether the node that the claim is wanted on reaches the volume. */
  readonly isReachable?: (volume: V) => boolean;
}

/**
 * The volume that is kept for the claim, else the smallest free one that fits, of those with the fewest access modes.
 * (FindMatchingVolume)
 */
export function findVolumeFor<V extends MatchableVolume>(
  claim: MatchableClaim,
  volumes: readonly V[],
  { isDelayed = false, isReachable = () => true }: MatchOptions<V> = {},
): V | undefined {
  const mayDo = volumes.filter(
    (volume) =>
      volumeModeOf(volume) === volumeModeOf(claim) &&
      attributesClass(volume) === attributesClass(claim) &&
      volume.metadata.deletionTimestamp === undefined &&
      hasModes(volume, claim) &&
      isLargeEnough(volume, claim),
  );
  const kept = mayDo.find((volume) => isVolumeOf(volume, claim));
  if (kept) return isReachable(kept) ? kept : undefined;
  if (isDelayed) return undefined;
  const selector = claim.spec?.selector && selectorFromLabelSelector(claim.spec.selector);
  const free = mayDo.filter(
    (volume) =>
      volume.status?.phase === 'Available' &&
      !volume.spec?.claimRef &&
      storageClassNameOf(volume) === storageClassNameOf(claim) &&
      (!selector || selector.matches(volume.metadata.labels ?? {})) &&
      isReachable(volume),
  );
  return free.reduce<V | undefined>((best, volume) => (best && !isBetter(volume, best) ? best : volume), undefined);
}

function isBetter(a: MatchableVolume, b: MatchableVolume): boolean {
  const modes = (a.spec?.accessModes?.length ?? 0) - (b.spec?.accessModes?.length ?? 0);
  return modes === 0 ? capacityOf(a).cmp(capacityOf(b)) < 0 : modes < 0;
}

function isLargeEnough(volume: MatchableVolume, { spec }: MatchableClaim): boolean {
  return capacityOf(volume).cmp(parseQuantity(spec?.resources?.requests?.['storage'] ?? '0')) >= 0;
}

function capacityOf({ spec }: MatchableVolume): ReturnType<typeof parseQuantity> {
  return parseQuantity(spec?.capacity?.['storage'] ?? '0');
}

function hasModes(volume: MatchableVolume, claim: MatchableClaim): boolean {
  const offered = volume.spec?.accessModes ?? [];
  return (claim.spec?.accessModes ?? []).every((mode) => offered.includes(mode));
}

function volumeModeOf({ spec }: MatchableVolume | MatchableClaim): string {
  return spec?.volumeMode ?? 'Filesystem';
}

function attributesClass({ spec }: MatchableVolume | MatchableClaim): string {
  return spec?.volumeAttributesClassName ?? '';
}
