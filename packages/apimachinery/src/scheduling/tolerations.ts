/** What is read of core/v1 Taint. */
export interface TaintLike {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** What is read of core/v1 Toleration. */
export interface TolerationLike {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

/**
 * Whether one toleration bears one taint: the same effect and key, or none, and a value that compares.
 * (Toleration.ToleratesTaint)
 */
export function tolerates(toleration: TolerationLike, taint: TaintLike): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  switch (toleration.operator ?? '') {
    case '':
    case 'Equal':
      return (toleration.value ?? '') === (taint.value ?? '');
    case 'Exists':
      return true;
    case 'Gt':
      return compares(taint, toleration, (taintValue, limit) => taintValue > limit);
    case 'Lt':
      return compares(taint, toleration, (taintValue, limit) => taintValue < limit);
    default:
      return false;
  }
}

/** The first of the taints with one of the effects that no toleration bears. */
export function findUntolerated<T extends TaintLike>(
  taints: readonly T[],
  tolerations: readonly TolerationLike[],
  effects: readonly string[],
): T | undefined {
  return taints.find(
    (taint) => effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
}

/** The effects that keep pods from being scheduled. */
export const SCHEDULING_EFFECTS: readonly string[] = ['NoSchedule', 'NoExecute'];

function compares(taint: TaintLike, toleration: TolerationLike, holds: (taintValue: bigint, limit: bigint) => boolean): boolean {
  const taintValue = wholeNumber(taint.value);
  const limit = wholeNumber(toleration.value);
  return taintValue !== undefined && limit !== undefined && holds(taintValue, limit);
}

function wholeNumber(text = ''): bigint | undefined {
  return /^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
}
