import { type Pressure, PRESSURES, type Signal, SIGNAL_FACTS } from './signals';
import { amountOf, type Threshold } from './thresholds';

/** How much of something there is and was measured to be left. */
export interface Observation {
  readonly available: number;
  readonly capacity: number;
}

export type Observations = ReadonlyMap<Signal, Observation>;

/** What is remembered from one look at the node to the next. */
export interface PressureState {
  /** Since when each threshold has been met. */
  readonly since: ReadonlyMap<Threshold, number>;
  /** When the node was last seen under each pressure. */
  readonly seenAt: ReadonlyMap<Pressure, number>;
  /** Thresholds that pods had to go for, and that are not over yet. */
  readonly acted: readonly Threshold[];
}

export const NO_PRESSURE: PressureState = { since: new Map(), seenAt: new Map(), acted: [] };

export interface PressureRules {
  readonly thresholds: readonly Threshold[];
  /** How long a node stays under pressure after it was seen so last, in milliseconds. */
  readonly transitionPeriod: number;
}

export interface PressureFinding {
  readonly state: PressureState;
  /** The conditions of the node. */
  readonly pressures: readonly Pressure[];
  /** What pods have to go for now, the most urgent first. */
  readonly due: readonly Threshold[];
}

/**
 * What follows from a look at the node; pure. A threshold that pods have gone for counts as met until what it wants to be free besides is free; it has to be met
 * for its grace period before pods go for it, but the node is under pressure at once.
 */
export function findPressure(state: PressureState, observed: Observations, now: number, rules: PressureRules): PressureFinding {
  const met = rules.thresholds.filter(
    (threshold) => isMet(threshold, observed) || (state.acted.includes(threshold) && isMet(threshold, observed, true)),
  );
  const since = new Map(met.map((threshold) => [threshold, state.since.get(threshold) ?? now]));
  const seenAt = new Map(state.seenAt);
  for (const { signal } of met) seenAt.set(SIGNAL_FACTS[signal].pressure, now);
  const due = met.filter((threshold) => now - (since.get(threshold) ?? now) >= threshold.gracePeriod);
  return {
    state: { since, seenAt, acted: due },
    pressures: PRESSURES.filter((pressure) => now - (seenAt.get(pressure) ?? -Infinity) < Math.max(1, rules.transitionPeriod)),
    due: due.sort((a, b) => urgency(a) - urgency(b)),
  };
}

/** Nothing is said of what could not be measured. */
export function isMet({ signal, value, minimumReclaim }: Threshold, observed: Observations, withReclaim = false): boolean {
  const observation = observed.get(signal);
  if (!observation) return false;
  const { available, capacity } = observation;
  const extra = withReclaim && minimumReclaim ? amountOf(minimumReclaim, capacity) : 0;
  return available < amountOf(value, capacity) + extra;
}

/** Memory first: without it the kernel kills by itself. */
function urgency({ signal }: Threshold): number {
  return signal === 'memory.available' ? 0 : 1;
}
