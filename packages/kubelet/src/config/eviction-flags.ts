import { durationFlag, type Flag, formatGoDuration, integerFlag, mapFlag, type Options, section } from '@typekube/component-base';
import { type EvictionConfiguration, type EvictionFields, evictionOf } from './eviction';
import { ifGiven } from './if-given';

/** `SIGNAL<AMOUNT` pairs, by commas or by repetition. */
function thresholdFlag(help: string): Flag<Readonly<Record<string, string>> | undefined> {
  return {
    help,
    valueName: 'mapStringString',
    default: undefined,
    defaultText: '',
    parse: (text, previous = {}) => ({ ...previous, ...Object.fromEntries(text.split(',').filter(Boolean).map(splitThreshold)) }),
  };
}

function splitThreshold(text: string): [string, string] {
  const [signal = '', amount, ...more] = text.split('<');
  if (amount === undefined || more.length > 0) throw new Error(`malformed pair, expect string<string: ${text}`);
  return [signal.trim(), amount.trim()];
}

const pairs = (help: string): Flag<Readonly<Record<string, string>> | undefined> => ifGiven(mapFlag({ default: {}, help }));

/** The old flags for what a file says by fields of the same names. */
export const eviction = section('Eviction', {
  evictionHard: thresholdFlag(
    'A set of eviction thresholds (e.g. memory.available<1Gi) that if met would trigger a pod eviction. On a Linux node, the default value is imagefs.available<15%,imagefs.inodesFree<5%,memory.available<100Mi,nodefs.available<10%,nodefs.inodesFree<5%.',
  ),
  evictionSoft: thresholdFlag(
    'A set of eviction thresholds (e.g. memory.available<1.5Gi) that if met over a corresponding grace period would trigger a pod eviction.',
  ),
  evictionSoftGracePeriod: pairs(
    'A set of eviction grace periods (e.g. memory.available=1m30s) that correspond to how long a soft eviction threshold must hold before triggering a pod eviction.',
  ),
  evictionMinimumReclaim: pairs(
    'A set of minimum reclaims (e.g. imagefs.available=2Gi) that describes the minimum amount of resource the kubelet will reclaim when performing a pod eviction if that resource is under pressure.',
  ),
  evictionPressureTransitionPeriod: ifGiven(
    durationFlag({ default: 5 * 60_000, help: 'Duration for which the kubelet has to wait before transitioning out of an eviction pressure condition.' }),
  ),
  evictionMaxPodGracePeriod: ifGiven(
    integerFlag({ default: 0, help: 'Maximum allowed grace period (in seconds) to use when terminating pods in response to a soft eviction threshold being met.' }),
  ),
  imageGcHighThreshold: ifGiven(integerFlag({ default: 85, help: 'The percent of disk usage after which image garbage collection is always run.' })),
  imageGcLowThreshold: ifGiven(
    integerFlag({ default: 80, help: 'The percent of disk usage before which image garbage collection is never run. Lowest disk usage to garbage collect to.' }),
  ),
  minimumImageTtlDuration: ifGiven(durationFlag({ default: 2 * 60_000, help: 'Minimum age for an unused image before it is garbage collected.' })),
});

/** What the file says, with the flags over it. Throws a ConfigError. */
export function evictionWithFlags(file: EvictionConfiguration, flags: Options<{ eviction: typeof eviction }>['eviction']): EvictionConfiguration {
  const { evictionPressureTransitionPeriod: transition, minimumImageTtlDuration: minimumAge } = flags;
  const given: EvictionFields = {
    ...(flags.evictionHard && { evictionHard: flags.evictionHard }),
    ...(flags.evictionSoft && { evictionSoft: flags.evictionSoft }),
    ...(flags.evictionSoftGracePeriod && { evictionSoftGracePeriod: flags.evictionSoftGracePeriod }),
    ...(flags.evictionMinimumReclaim && { evictionMinimumReclaim: flags.evictionMinimumReclaim }),
    ...(transition !== undefined && { evictionPressureTransitionPeriod: formatGoDuration(transition) }),
    ...(flags.evictionMaxPodGracePeriod !== undefined && { evictionMaxPodGracePeriod: flags.evictionMaxPodGracePeriod }),
    ...(flags.imageGcHighThreshold !== undefined && { imageGCHighThresholdPercent: flags.imageGcHighThreshold }),
    ...(flags.imageGcLowThreshold !== undefined && { imageGCLowThresholdPercent: flags.imageGcLowThreshold }),
    ...(minimumAge !== undefined && { imageMinimumGCAge: formatGoDuration(minimumAge) }),
  };
  return Object.keys(given).length === 0 ? file : evictionOf({ ...file.fields, ...given });
}
