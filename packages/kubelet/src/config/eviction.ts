import { ConfigError, type ConfigShape, type ConfigValue, parseGoDuration } from '@typekube/component-base';
import { type Threshold, type ThresholdFields, thresholdsOf } from '../eviction/thresholds';

/** The fields of a KubeletConfiguration by which the node keeps itself alive. */
export const EVICTION_FIELDS = {
  evictionHard: { map: 'string' },
  evictionSoft: { map: 'string' },
  evictionSoftGracePeriod: { map: 'string' },
  evictionMinimumReclaim: { map: 'string' },
  mergeDefaultEvictionSettings: 'boolean',
  evictionPressureTransitionPeriod: 'duration',
  evictionMaxPodGracePeriod: 'integer',
  localStorageCapacityIsolation: 'boolean',
  imageGCHighThresholdPercent: 'integer',
  imageGCLowThresholdPercent: 'integer',
  imageMinimumGCAge: 'duration',
  imageMaximumGCAge: 'duration',
  volumeStatsAggPeriod: 'duration',
} as const satisfies Readonly<Record<string, ConfigShape>>;

export type EvictionFields = ThresholdFields & ConfigValue<{ readonly fields: typeof EVICTION_FIELDS }>;

/** Times are in milliseconds, but where a name says seconds. */
export interface EvictionConfiguration {
  readonly thresholds: readonly Threshold[];
  readonly transitionPeriod: number;
  readonly maxPodGracePeriodSeconds: number;
  /** Pods have to keep to their limits of local storage. */
  readonly limitsLocalStorage: boolean;
  readonly images: ImageGcRules;
  readonly volumeStatsPeriod: number;
  /** As they were given: flags take the place of some. */
  readonly fields: EvictionFields;
}

/** When images go that nobody uses. */
export interface ImageGcRules {
  /** Of the images' file system: from so much on images go, until no more than so much is used. */
  readonly highPercent: number;
  readonly lowPercent: number;
  /** Younger ones stay. */
  readonly minimumAge: number;
  /** Those that have not been used for so long go in any case; 0: they do not. */
  readonly maximumAge: number;
}

/** Throws a ConfigError. */
export function evictionOf(fields: EvictionFields): EvictionConfiguration {
  return {
    thresholds: thresholdsOf(fields),
    transitionPeriod: milliseconds(fields.evictionPressureTransitionPeriod, 5 * 60_000),
    maxPodGracePeriodSeconds: fields.evictionMaxPodGracePeriod ?? 0,
    limitsLocalStorage: fields.localStorageCapacityIsolation ?? true,
    images: imageRules(fields),
    volumeStatsPeriod: milliseconds(fields.volumeStatsAggPeriod, 60_000),
    fields,
  };
}

function imageRules(fields: EvictionFields): ImageGcRules {
  const { imageGCHighThresholdPercent: highPercent = 85, imageGCLowThresholdPercent: lowPercent = 80 } = fields;
  for (const [field, percent] of [['imageGCHighThresholdPercent', highPercent] as const, ['imageGCLowThresholdPercent', lowPercent] as const])
    if (percent < 0 || percent > 100) throw new ConfigError(`${field}: invalid configuration: ${percent} must be between 0 and 100, inclusive`);
  if (lowPercent >= highPercent)
    throw new ConfigError(`imageGCLowThresholdPercent: invalid configuration: ${lowPercent} must be less than imageGCHighThresholdPercent ${highPercent}`);
  return { highPercent, lowPercent, minimumAge: milliseconds(fields.imageMinimumGCAge, 2 * 60_000), maximumAge: milliseconds(fields.imageMaximumGCAge, 0) };
}

function milliseconds(text: string | undefined, otherwise: number): number {
  return text ? parseGoDuration(text) : otherwise;
}
