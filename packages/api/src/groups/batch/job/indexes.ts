/** Thrown for a text that is no list of indexes; the message is upstream's. */
export class IndexesError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IndexesError';
  }
}

export interface IndexInterval {
  readonly first: number;
  readonly last: number;
}

/** Reads a list of rising indexes and intervals such as `1,3-5,7`, all below `completions`. @throws IndexesError */
export function parseIndexes(text: string, completions: number): IndexInterval[] {
  if (text === '') return [];
  const intervals: IndexInterval[] = [];
  for (const fragment of text.split(',')) {
    const interval = parseInterval(fragment, completions);
    const previous = intervals.at(-1);
    if (previous && previous.last >= interval.first) throw nonIncreasing(previous.last, interval.first);
    intervals.push(interval);
  }
  return intervals;
}

/** How many indexes the intervals hold. */
export function countIndexes(intervals: readonly IndexInterval[]): number {
  return intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** The first index that is in both lists, if any. */
export function firstCommonIndex(a: readonly IndexInterval[], b: readonly IndexInterval[]): number | undefined {
  for (const x of a) {
    const overlap = b.find((y) => x.first <= y.last && y.first <= x.last);
    if (overlap) return Math.max(x.first, overlap.first);
  }
  return undefined;
}

function parseInterval(fragment: string, completions: number): IndexInterval {
  const [low = '', high, ...more] = fragment.split('-');
  if (more.length > 0) {
    const rule = "the requirement that an index interval can have at most two parts separated by '-'";
    throw new IndexesError(`the fragment ${JSON.stringify(fragment)} violates ${rule}`);
  }
  const first = parseIndex(low, completions);
  if (high === undefined) return { first, last: first };
  const last = parseIndex(high, completions);
  if (first >= last) throw nonIncreasing(first, last);
  return { first, last };
}

function parseIndex(text: string, completions: number): number {
  if (!/^\+?\d+$/.test(text)) throw new IndexesError(`cannot convert string to integer for index: ${JSON.stringify(text)}`);
  const index = Number(text);
  if (index >= completions) throw new IndexesError(`too large index: ${JSON.stringify(text)}`);
  return index;
}

function nonIncreasing(previous: number, current: number): IndexesError {
  return new IndexesError(`non-increasing order, previous: ${previous}, current: ${current}`);
}
