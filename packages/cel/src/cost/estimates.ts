/** A range of a size or of a cost. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Stands for "no bound"; sums and products never exceed it. */
export const UNBOUNDED = 2 ** 64;
export const UNKNOWN: Range = { min: 0, max: UNBOUNDED };
export const ZERO: Range = { min: 0, max: 0 };
export const ONE: Range = { min: 1, max: 1 };

export function exactly(size: number): Range {
  return { min: size, max: size };
}

export function plus(...ranges: readonly Range[]): Range {
  return ranges.reduce((a, b) => ({ min: Math.min(UNBOUNDED, a.min + b.min), max: Math.min(UNBOUNDED, a.max + b.max) }), ZERO);
}

export function times(a: Range, b: Range): Range {
  return { min: Math.min(UNBOUNDED, a.min * b.min), max: Math.min(UNBOUNDED, a.max * b.max) };
}

export function scaled({ min, max }: Range, factor: number): Range {
  return { min: Math.min(UNBOUNDED, Math.ceil(min * factor)), max: Math.min(UNBOUNDED, Math.ceil(max * factor)) };
}

/** The range that takes both in. */
export function either(a: Range, b: Range): Range {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

/** What a call costs, and how large what it gives is. */
export interface CallEstimate {
  readonly cost: Range;
  readonly size?: Range;
}

/** A part of an expression as estimates of functions see it. */
export interface SizedNode {
  readonly size: Range;
  /** Of lists: the size of an element, where those are texts or bytes. */
  readonly elementSize: Range | undefined;
  readonly isList: boolean;
  readonly literal?: unknown;
}
