import { parseDuration, parseRfc3339 } from '@typekube/apimachinery';
import { CelError } from '../values/cel-error';
import { Duration, Timestamp } from '../values/time';

const SECOND = 1_000_000_000n;
const MAX_NANOS = 2n ** 63n - 1n;
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
const MIN_SECONDS = -62_135_596_800n;
const MAX_SECONDS = 253_402_300_799n;

/** A duration that an int64 of nanoseconds can hold. */
export function durationOf(nanos: bigint): Duration {
  if (nanos > MAX_NANOS || nanos < -MAX_NANOS - 1n) throw new CelError('duration overflow');
  return new Duration(nanos);
}

/** A moment between the years 1 and 9999. */
export function timestampOf(nanos: bigint): Timestamp {
  if (nanos < MIN_SECONDS * SECOND || nanos >= (MAX_SECONDS + 1n) * SECOND) throw new CelError('timestamp overflow');
  return new Timestamp(nanos);
}

export function parseDurationText(text: string): Duration {
  return durationOf(readOrFail(() => parseDuration(text)));
}

export function parseTimestampText(text: string): Timestamp {
  const { seconds, nanos } = readOrFail(() => parseRfc3339(text));
  return timestampOf(BigInt(seconds) * SECOND + BigInt(nanos));
}

function readOrFail<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new CelError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
