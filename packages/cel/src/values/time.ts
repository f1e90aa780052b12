/** A span of time in nanoseconds. */
export class Duration {
  constructor(readonly nanos: bigint) {}
}

/** A moment, as nanoseconds since 1970 in UTC. */
export class Timestamp {
  constructor(readonly nanos: bigint) {}
}
