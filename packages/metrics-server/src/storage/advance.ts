import type { Point } from './points';

/** Of a container that has just started nothing is said for so long: it would be no measure of what it needs (upstream's value). */
const FRESH_MILLISECONDS = 10_000;

/** What is known of a node or a container: the newest point, and the one before it that usage is counted from. */
export interface Known {
  readonly last: Point;
  readonly previous: Point | undefined;
}

/** What is known once there is another point; the kubelet may have told the same one again, or, from another time, an older one. */
export function advance(known: Known | undefined, next: Point): Known {
  if (!known) return { last: next, previous: undefined };
  if (next.time > known.last.time) return { last: next, previous: known.last };
  const { previous } = known;
  return { last: next, previous: previous && previous.time < next.time ? previous : undefined };
}

/** The same for a container: one that has started since is another one, whose use is counted from its start if that is not too near. */
export function advanceContainer(known: Known | undefined, next: Point, resolution: number): Known {
  const { startTime, time } = next;
  if (startTime !== undefined) {
    const age = time - startTime;
    if (age >= FRESH_MILLISECONDS && age < resolution) return { last: next, previous: { ...next, time: startTime, cpu: 0 } };
    if (known && startTime >= known.last.time) return { last: next, previous: undefined };
  }
  return advance(known, next);
}
