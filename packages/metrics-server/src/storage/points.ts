/** What a node or a container had used at a moment. Times are milliseconds since 1970. */
export interface Point {
  /** When it began; undefined where the kubelet does not say, as of nodes. */
  readonly startTime: number | undefined;
  /** When it was measured. */
  readonly time: number;
  /** CPU time since the start: nanoseconds of one core. */
  readonly cpu: number;
  /** The working set, in bytes. */
  readonly memory: number;
  /** In bytes; undefined where the kubelet does not tell. */
  readonly swap: number | undefined;
}

/** Points of a pod's containers, by their names. */
export type PodPoints = ReadonlyMap<string, Point>;

/** What one scrape has found: nodes by name, pods by `namespace/name`. */
export interface Batch {
  readonly nodes: ReadonlyMap<string, Point>;
  readonly pods: ReadonlyMap<string, PodPoints>;
}

/** What is used, from one point to the next. */
export interface Usage {
  /** Billionths of a core. */
  readonly cpu: number;
  readonly memory: number;
  readonly swap: number | undefined;
  /** That of the later point. */
  readonly time: number;
  /** Milliseconds between the points. */
  readonly window: number;
}

/** Undefined where the points are not of one life: it was started anew, or counts from zero again. */
export function usageBetween(previous: Point, last: Point): Usage | undefined {
  if ((last.startTime ?? 0) < (previous.startTime ?? 0) || last.cpu < previous.cpu) return undefined;
  const window = last.time - previous.time;
  const cpu = Math.floor((last.cpu - previous.cpu) / (window / 1000));
  return { cpu, memory: last.memory, swap: last.swap, time: last.time, window };
}
