/** The seats of a priority level by its configuration. */
export interface SeatLimits {
  readonly nominal: number;
  /** What remains with all that may be lent lent. */
  readonly lower: number;
  /** What it may have with all that it may borrow. */
  readonly upper: number;
}

/** What a priority level's configuration says of its share of the server. */
export interface Shares {
  readonly shares: number;
  readonly lendablePercent: number;
  /** Undefined: it may borrow all there is. */
  readonly borrowingLimitPercent: number | undefined;
}

/** Divides the server's seats by shares. Rounded up: the sum may be a little more than the server's limit. */
export function divideSeats(levels: readonly Shares[], serverSeats: number): SeatLimits[] {
  const sum = levels.reduce((total, { shares }) => total + shares, 0);
  return levels.map(({ shares, lendablePercent, borrowingLimitPercent }) => {
    const nominal = sum > 0 ? Math.ceil((serverSeats * shares) / sum) : 0;
    const lendable = Math.round((nominal * lendablePercent) / 100);
    const borrowable = borrowingLimitPercent === undefined ? serverSeats : Math.round((nominal * borrowingLimitPercent) / 100);
    return { nominal, lower: nominal - lendable, upper: nominal + borrowable };
  });
}

/** One that gets a part of a sum: in proportion to its target, within its bounds. `lower <= target`, `lower <= upper`. */
export interface Claim {
  readonly target: number;
  readonly lower: number;
  readonly upper: number;
}

/** Targets below are taken as this, so that proportions can be reckoned. */
const MIN_TARGET = 0.001;
const EPSILON = 1e-7;

/**
 * Divides `sum` so that each gets the same fraction of its target, but not less than its lower and not more than its upper bound. Undefined
 * where the bounds leave no way to it. Upstream's computeConcurrencyAllocation.
 */
export function allocate(sum: number, claims: readonly Claim[]): { readonly parts: number[]; readonly fraction: number } | undefined {
  const lowest = claims.reduce((total, { lower }) => total + lower, 0);
  const highest = claims.reduce((total, { upper }) => total + upper, 0);
  if (lowest - sum > EPSILON || sum - highest > EPSILON) return undefined;
  const part = ({ target, lower, upper }: Claim, fraction: number): number => {
    return Math.max(lower, Math.min(upper, fraction * Math.max(target, MIN_TARGET)));
  };
  const partsAt = (fraction: number): number[] => claims.map((claim) => part(claim, fraction));
  const fraction = findFraction(sum, claims, (at) => partsAt(at).reduce((total, each) => total + each, 0));
  return { parts: partsAt(fraction), fraction };
}

/** The sum of the parts rises with the fraction, in straight lines between the fractions at which a part meets a bound. */
function findFraction(sum: number, claims: readonly Claim[], sumAt: (fraction: number) => number): number {
  const bends = claims.flatMap(({ target, lower, upper }) => [lower, upper].map((bound) => bound / Math.max(target, MIN_TARGET)));
  bends.sort((a, b) => a - b);
  let before = 0;
  for (const bend of bends) {
    const [low, high] = [sumAt(before), sumAt(bend)];
    if (high >= sum) return high > low ? before + ((sum - low) / (high - low)) * (bend - before) : bend;
    before = bend;
  }
  return before;
}
