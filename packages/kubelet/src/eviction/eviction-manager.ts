import { type Clock, type Logger, sleep } from '@typekube/component-base';
import { isCritical } from '../admission/preemption';
import type { NodeEvent } from '../node/node-events';
import { type Pod, podText, uidOf } from '../objects';
import { errorText } from '../program';
import type { NodeLook, StatsProvider } from '../stats/stats-provider';
import { exceededLimit } from './local-limits';
import { evictionMessage } from './message';
import { observationsOf } from './observations';
import { findPressure, isMet, NO_PRESSURE, type Observations, type PressureRules, type PressureState } from './pressure';
import { ranked } from './rank';
import { type Pressure, SIGNAL_FACTS } from './signals';
import type { Threshold } from './thresholds';

/** A pod that may have to go. */
export interface EvictablePod {
  readonly pod: Pod;
  /** Ends it. Resolves when its containers have ended, or should have long ago. */
  evict(eviction: Eviction): Promise<void>;
}

export interface Eviction {
  readonly message: string;
  /** How long its containers may take at the most. */
  readonly seconds: number;
  /** The node is to blame, not the pod. */
  readonly isDisruption: boolean;
}

export interface EvictionRules extends PressureRules {
  /** How long pods may take to end that go for a soft threshold. */
  readonly maxPodGracePeriodSeconds: number;
  /** Pods have to keep to their limits of local storage. */
  readonly limitsLocalStorage: boolean;
}

export interface EvictionOptions {
  readonly rules: EvictionRules;
  readonly stats: Pick<StatsProvider, 'look'>;
  /** The pods that run here. */
  readonly pods: () => readonly EvictablePod[];
  /** Frees what nobody uses of the disk: containers that have ended, images. */
  readonly reclaimDisk: () => Promise<void>;
  readonly record: (event: NodeEvent) => void;
  /** The pressures are others than before. */
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly log: Logger;
}

const INTERVAL_MILLISECONDS = 10_000;
/** Pods that go at once have so long. */
const IMMEDIATE_SECONDS = 1;

/**
 * Looks at the node now and then, says under which pressures it is, and ends pods when it has to, one at a time: what that has brought is measured before the
 * next.
 */
export class EvictionManager {
  private state: PressureState = NO_PRESSURE;
  private current: readonly Pressure[] = [];

  constructor(private readonly options: EvictionOptions) {}

  /** The node's pressures as they were found last. */
  get pressures(): readonly Pressure[] {
    return this.current;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.options;
    while (!signal.aborted) {
      let hasEvicted = false;
      try {
        hasEvicted = await this.step();
      } catch (error) {
        log.warn('Eviction manager: failed to synchronize', { error: errorText(error) });
      }
      if (!hasEvicted) await sleep(clock, INTERVAL_MILLISECONDS, signal).catch(() => undefined);
    }
  }

  /** One look, and what follows from it. Whether a pod had to go. */
  async step(): Promise<boolean> {
    const { options } = this;
    const pods = options.pods();
    const look = await options.stats.look(pods.map(({ pod }) => pod));
    const observed = observationsOf(look);
    const { state, pressures, due } = findPressure(this.state, observed, options.clock.now(), options.rules);
    this.state = state;
    if (pressures.join() !== this.current.join()) {
      this.current = pressures;
      options.onChange();
    }
    if (options.rules.limitsLocalStorage && (await this.evictByLimits(pods, look))) return true;
    return due.length > 0 && this.relieve(pods, due, look);
  }

  /** All that take more of the disk than they may. */
  private async evictByLimits(pods: readonly EvictablePod[], { summary, fileSystems }: NodeLook): Promise<boolean> {
    const stats = new Map(summary.pods.map((each) => [each.podRef.uid, each]));
    const evictions = pods.flatMap((each) => {
      const found = stats.get(uidOf(each.pod));
      const message = found && exceededLimit(each.pod, found, hasImageFs({ fileSystems }));
      return message && !isCritical(each.pod) ? [each.evict({ message, seconds: IMMEDIATE_SECONDS, isDisruption: false })] : [];
    });
    await Promise.all(evictions);
    return evictions.length > 0;
  }

  /** Frees what is most urgent: without pods where that is enough, else by ending the first of them. */
  private async relieve(pods: readonly EvictablePod[], due: readonly Threshold[], look: NodeLook): Promise<boolean> {
    const { record, log, rules } = this.options;
    const [threshold] = due;
    if (!threshold) return false;
    const { resource } = SIGNAL_FACTS[threshold.signal];
    record({ type: 'Warning', reason: 'EvictionThresholdMet', message: `Attempting to reclaim ${resource}` });
    if (isReclaimable(threshold, hasImageFs(look)) && (await this.reclaimsDisk(pods))) return false;
    const stats = new Map(look.summary.pods.map((each) => [each.podRef.uid, each]));
    const order = ranked(pods.map(({ pod }) => pod), stats, threshold.signal, hasImageFs(look));
    const victim = order.find((pod) => !isCritical(pod));
    const chosen = pods.find(({ pod }) => pod === victim);
    if (!chosen) {
      log.info('Eviction manager: unable to evict any pods from the node', { resource });
      return false;
    }
    const { pod } = chosen;
    log.info('Eviction manager: must evict pod(s) to reclaim', { resource, pod: podText(pod) });
    const observed: Observations = observationsOf(look);
    const seconds = threshold.gracePeriod === 0 ? IMMEDIATE_SECONDS : rules.maxPodGracePeriodSeconds;
    await chosen.evict({ message: evictionMessage(pod, stats.get(uidOf(pod)), due, observed), seconds, isDisruption: true });
    return true;
  }

  /** Whether no threshold is met any more when what nobody uses is gone. */
  private async reclaimsDisk(pods: readonly EvictablePod[]): Promise<boolean> {
    const { reclaimDisk, stats, rules, log } = this.options;
    try {
      await reclaimDisk();
    } catch (error) {
      log.warn('Eviction manager: unexpected error when attempting to reduce resource pressure', { error: errorText(error) });
    }
    const observed = observationsOf(await stats.look(pods.map(({ pod }) => pod)));
    return !rules.thresholds.some((threshold) => isMet(threshold, observed, true));
  }
}

/** Where images have a file system of their own, what nobody uses lies there. */
function isReclaimable({ signal }: Threshold, isImageFs: boolean): boolean {
  return SIGNAL_FACTS[signal].pressure === 'DiskPressure' && (!isImageFs || signal.startsWith('imagefs'));
}

function hasImageFs({ fileSystems: { node, images } }: Pick<NodeLook, 'fileSystems'>): boolean {
  return images !== undefined && images.device !== node.device;
}
