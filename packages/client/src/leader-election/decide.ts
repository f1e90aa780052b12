import type { LeaderRecord } from './lease-lock';

/** What a candidate knows of the Lease. */
export interface Observation {
  readonly record: LeaderRecord;
  /** When this candidate saw it change last, by its own clock: clocks of machines differ, so times in the Lease say nothing. */
  readonly observedAt: number;
}

export interface Candidate {
  readonly identity: string;
  readonly leaseSeconds: number;
}

/** What to do about the Lease: leave it to its holder, or write it. */
export type Decision =
  { readonly do: 'leave'; readonly holder: string } | { readonly do: 'write'; readonly record: LeaderRecord };

/**
 * A candidate writes itself into a Lease that is its own, that nobody holds, or that was not renewed for as long as it says
 * (leaderelection.go). `monotonic` is comparable with `observedAt`, `now` goes into the Lease.
 */
export function decide(observation: Observation, candidate: Candidate, monotonic: number, now: number): Decision {
  const { record, observedAt } = observation;
  const isOwn = record.holder === candidate.identity;
  const isValid = observedAt + record.leaseSeconds * 1000 > monotonic;
  if (record.holder && !isOwn && isValid) return { do: 'leave', holder: record.holder };
  return {
    do: 'write',
    record: isOwn ? { ...renewed(record, now), leaseSeconds: candidate.leaseSeconds } : taken(record, candidate, now),
  };
}

/** The record of a new Lease. */
export function firstRecord({ identity, leaseSeconds }: Candidate, now: number): LeaderRecord {
  return { holder: identity, leaseSeconds, acquiredAt: now, renewedAt: now, transitions: 0 };
}

/** The record of who lets go: anyone may take it after a second at most. */
export function released(record: LeaderRecord, now: number): LeaderRecord {
  return { holder: '', leaseSeconds: 1, acquiredAt: now, renewedAt: now, transitions: record.transitions };
}

function renewed(record: LeaderRecord, now: number): LeaderRecord {
  return { ...record, renewedAt: now };
}

function taken(record: LeaderRecord, candidate: Candidate, now: number): LeaderRecord {
  return { ...firstRecord(candidate, now), transitions: record.transitions + 1 };
}
