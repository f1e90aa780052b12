import { type Clock, type Logger, silentLogger, sleep, systemClock } from '@typekube/component-base';
import { keepAlive } from '../cache/keep-alive';
import type { Client } from '../resources/client';
import { type Candidate, decide, firstRecord, type Observation, released } from './decide';
import { LeaseLock, type LeaseName } from './lease-lock';

export interface LeaderElectionOptions {
  readonly client: Client;
  readonly lease: LeaseName;
  /** Unique among candidates; upstream's components take `hostname_uuid`. */
  readonly identity: string;
  /** How long others wait for a leader that has gone silent. Default 15 seconds. */
  readonly leaseMilliseconds?: number;
  /** How long the leader tries to renew before it gives up; shorter than the lease. Default 10 seconds. */
  readonly renewDeadlineMilliseconds?: number;
  /** Between two tries. Default 2 seconds. */
  readonly retryMilliseconds?: number;
  /** Does the leader's work until its signal is aborted; a rejection ends the election too. */
  readonly onStartedLeading: (signal: AbortSignal) => Promise<void>;
  /** Leading has ended, and the work with it. */
  readonly onStoppedLeading?: () => void;
  /** Someone leads, who did not before; also oneself. */
  readonly onNewLeader?: (identity: string) => void;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** The lease was not renewed in time: another may lead already. The process should end, and begin anew as a candidate. */
export class LeadershipLost extends Error {
  override readonly name = 'LeadershipLost';
}

/** As upstream: a follower looks again after one to 2.2 times the retry period. */
const JITTER = 1.2;

/**
 * Takes part in an election until the signal is aborted: waits for the lease, leads, renews, and lets the lease go at the end
 * so that another need not wait. The rules and times are client-go's; at most one leads as long as clocks run at about the same
 * speed.
 *
 * @throws LeadershipLost where renewing failed for too long, once the work has ended; what the work threw.
 */
export async function runLeaderElection(options: LeaderElectionOptions & { readonly signal: AbortSignal }): Promise<void> {
  const release = keepAlive();
  try {
    await new LeaderElector(options).run(options.signal);
  } finally {
    release();
  }
}

class LeaderElector {
  private readonly lock: LeaseLock;
  private readonly candidate: Candidate;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly retry: number;
  private readonly deadline: number;
  private observation: (Observation & { readonly version: string }) | undefined;
  private reported = '';

  constructor(private readonly options: LeaderElectionOptions) {
    const {
      client,
      lease,
      identity,
      leaseMilliseconds = 15_000,
      renewDeadlineMilliseconds = 10_000,
      retryMilliseconds = 2_000,
    } = options;
    if (!identity) throw new TypeError('Lock identity is empty');
    if (leaseMilliseconds <= renewDeadlineMilliseconds) throw new RangeError('leaseDuration must be greater than renewDeadline');
    if (renewDeadlineMilliseconds <= JITTER * retryMilliseconds) {
      throw new RangeError('renewDeadline must be greater than retryPeriod*JitterFactor');
    }
    this.lock = new LeaseLock(client, lease);
    this.candidate = { identity, leaseSeconds: Math.ceil(leaseMilliseconds / 1000) };
    this.retry = retryMilliseconds;
    this.deadline = renewDeadlineMilliseconds;
    this.clock = options.clock ?? systemClock;
    this.logger = (options.logger ?? silentLogger).child('leaderelection', { lease: `${lease.namespace}/${lease.name}` });
  }

  async run(signal: AbortSignal): Promise<void> {
    this.logger.info('Attempting to acquire leader lease...');
    while (!signal.aborted) {
      if (await this.tryAcquireOrRenew(signal)) return this.lead(signal);
      await sleep(this.clock, this.retry * (1 + JITTER * Math.random()), signal).catch(() => undefined);
    }
  }

  private async lead(signal: AbortSignal): Promise<void> {
    this.logger.info('Successfully acquired lease', { identity: this.candidate.identity });
    const leading = new AbortController();
    const ended = this.work(leading.signal).finally(() => leading.abort());
    // Its rejection is awaited below; renewing comes first.
    ended.catch(() => undefined);
    const isLost = await this.renewWhile(AbortSignal.any([signal, leading.signal]));
    leading.abort(signal.aborted ? signal.reason : new LeadershipLost('leader election lost'));
    try {
      await ended;
    } finally {
      if (!isLost) await this.release();
      this.options.onStoppedLeading?.();
    }
    if (isLost) throw new LeadershipLost('leader election lost');
  }

  /** A function of its own, so that what throws at once is a rejection. */
  private async work(signal: AbortSignal): Promise<void> {
    await this.options.onStartedLeading(signal);
  }

  /** True where the lease could not be renewed in time; false where the signal ended it. */
  private async renewWhile(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      await sleep(this.clock, this.retry, signal).catch(() => undefined);
      if (signal.aborted) return false;
      if (!(await this.renewInTime(signal))) return !signal.aborted;
    }
  }

  private async renewInTime(signal: AbortSignal): Promise<boolean> {
    const late = new AbortController();
    const timer = this.clock.after(this.deadline, () => late.abort(new LeadershipLost('context deadline exceeded')));
    const either = AbortSignal.any([signal, late.signal]);
    try {
      while (!either.aborted) {
        if (await this.tryAcquireOrRenew(either)) return true;
        await sleep(this.clock, this.retry, either).catch(() => undefined);
      }
      if (late.signal.aborted) this.logger.error('Failed to renew lease', late.signal.reason);
      return false;
    } finally {
      timer.cancel();
    }
  }

  /** Whether this candidate leads now. A failure is logged, and means no: the next try will tell. */
  private async tryAcquireOrRenew(signal: AbortSignal): Promise<boolean> {
    try {
      return await this.attempt(signal);
    } catch (error) {
      if (!signal.aborted) this.logger.warn('Failed to acquire or renew the lease; trying again', { error: String(error) });
      return false;
    }
  }

  private async attempt(signal: AbortSignal): Promise<boolean> {
    const record = await this.lock.get(signal);
    if (!record) {
      const first = firstRecord(this.candidate, this.clock.now());
      await this.lock.create(first, signal);
      this.observe(first);
      return true;
    }
    if (this.lock.version !== this.observation?.version) this.observe(record);
    const observation = this.observation ?? { record, observedAt: this.clock.monotonic() };
    const decision = decide(observation, this.candidate, this.clock.monotonic(), this.clock.now());
    if (decision.do === 'leave') {
      this.logger.v(4)?.info('Lock is held by another and has not yet expired', { holder: decision.holder });
      return false;
    }
    await this.lock.update(decision.record, signal);
    this.observe(decision.record);
    return true;
  }

  private observe(record: Observation['record']): void {
    this.observation = { record, observedAt: this.clock.monotonic(), version: this.lock.version };
    if (record.holder === this.reported) return;
    this.reported = record.holder;
    if (record.holder) this.options.onNewLeader?.(record.holder);
  }

  /** The lease of a leader that cannot let go runs out by itself. */
  private async release(): Promise<void> {
    const signal = AbortSignal.timeout(this.deadline);
    try {
      const record = await this.lock.get(signal);
      if (record?.holder !== this.candidate.identity) return;
      await this.lock.update(released(record, this.clock.now()), signal);
    } catch (error) {
      this.logger.warn('Failed to release the lease', { error: String(error) });
    }
  }
}
