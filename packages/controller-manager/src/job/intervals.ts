/** A list of rising indexes as intervals that neither touch nor overlap. */
export type Intervals = readonly Interval[];

export interface Interval {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads a list such as `1,3-5,7`, as a status holds it. What is no number is left out, and so is what `completions` has cut
 * off since: an indexed job may become smaller.
 */
export function parseIntervals(text: string | undefined, completions: number): Intervals {
  const parsed: Interval[] = [];
  for (const fragment of (text ?? '').split(',')) {
    const [low = '', high = low] = fragment.split('-');
    if (!/^\d+$/.test(low) || !/^\d+$/.test(high)) continue;
    const first = Number(low);
    if (first < completions) parsed.push({ first, last: Math.min(Number(high), completions - 1) });
  }
  return join(parsed);
}

/** Writes two neighbours as `1,2`, and more as `1-3`. */
export function formatIntervals(intervals: Intervals): string {
  return intervals.map(({ first, last }) => (last > first ? `${first}${last === first + 1 ? ',' : '-'}${last}` : `${first}`)).join();
}

export function union(a: Intervals, b: Intervals): Intervals {
  return join([...a, ...b]);
}

export function withIndexes(intervals: Intervals, indexes: Iterable<number>): Intervals {
  return union(intervals, Array.from(indexes, (index) => ({ first: index, last: index })));
}

export function countOf(intervals: Intervals): number {
  return intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** By halves: pods are looked up one by one, and a job may have very many intervals. */
export function hasIndex(intervals: Intervals, index: number): boolean {
  let [low, high] = [0, intervals.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((intervals[middle]?.last ?? 0) >= index) high = middle;
    else low = middle + 1;
  }
  const found = intervals[low];
  return found !== undefined && found.first <= index;
}

/** How many indexes are in both. */
export function countCommon(a: Intervals, b: Intervals): number {
  let count = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [left, right] = [a[i], b[j]];
    if (!left || !right) break;
    count += Math.max(0, Math.min(left.last, right.last) - Math.max(left.first, right.first) + 1);
    if (left.last <= right.last) i++;
    if (right.last <= left.last) j++;
  }
  return count;
}

/** The lowest `count` indexes below `completions` that are not among the taken ones. */
export function firstFree(taken: Intervals, count: number, completions: number): number[] {
  const free: number[] = [];
  let candidate = 0;
  for (const { first, last } of [...taken, { first: completions, last: completions }]) {
    for (; candidate < Math.min(first, completions) && free.length < count; candidate++) free.push(candidate);
    if (free.length === count) break;
    candidate = Math.max(candidate, last + 1);
  }
  return free;
}

function join(intervals: readonly Interval[]): Intervals {
  const joined: { first: number; last: number }[] = [];
  for (const { first, last } of [...intervals].sort((a, b) => a.first - b.first)) {
    const previous = joined.at(-1);
    if (previous && first <= previous.last + 1) previous.last = Math.max(previous.last, last);
    else joined.push({ first, last });
  }
  return joined;
}
