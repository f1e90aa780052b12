import type { Clock, Logger, Timer } from '@typekube/component-base';
import { uidOf } from '../objects';
import type { TokenRequest } from './volume';

/** A token as the API server gave it. Times are milliseconds since 1970. */
export interface IssuedToken {
  readonly token: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface PodTokensOptions {
  readonly issue: (request: TokenRequest) => Promise<IssuedToken>;
  /** A token of that pod is to be asked for anew: the pod's volumes must be brought up to date. */
  readonly onDue: (uid: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
  /** Between 0 and 1; spreads what nodes ask of the API server. Default: at random. */
  readonly random?: () => number;
}

interface Kept {
  readonly issued: IssuedToken;
  readonly refreshAt: number;
  timer: Timer;
}

const MAX_AGE_MILLISECONDS = 24 * 3_600_000;
const MAX_JITTER_MILLISECONDS = 10_000;
const RETRY_MILLISECONDS = 30_000;

/** When to ask for another: after four fifths of its time, and once a day (upstream's token manager). */
export function refreshTime({ issuedAt, expiresAt }: IssuedToken, jitterMilliseconds: number): number {
  return Math.min(issuedAt + MAX_AGE_MILLISECONDS, expiresAt - (expiresAt - issuedAt) / 5) - jitterMilliseconds;
}

/** The service account tokens of the pods here, each kept until it is time for another. */
export class PodTokens {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly options: PodTokensOptions) {}

  /** A token that is good for a while yet. Rejects where there is none and the API server gives none. */
  async get(request: TokenRequest, account: string): Promise<string> {
    const { clock, issue, log } = this.options;
    const uid = uidOf(request.pod);
    const key = [uid, account, request.audience ?? '', request.expirationSeconds].join('/');
    const before = this.kept.get(key);
    if (before && clock.now() < before.refreshAt) return before.issued.token;
    try {
      const issued = await issue(request);
      this.keep(key, uid, issued);
      return issued.token;
    } catch (error) {
      if (!before || clock.now() >= before.issued.expiresAt) throw error;
      log.error('A service account token could not be renewed; the old one serves on', error, { uid, account });
      before.timer.cancel();
      before.timer = clock.after(RETRY_MILLISECONDS, () => this.options.onDue(uid));
      return before.issued.token;
    }
  }

  release(uid: string): void {
    for (const [key, { timer }] of this.kept) {
      if (!key.startsWith(`${uid}/`)) continue;
      timer.cancel();
      this.kept.delete(key);
    }
  }

  close(): void {
    for (const { timer } of this.kept.values()) timer.cancel();
    this.kept.clear();
  }

  private keep(key: string, uid: string, issued: IssuedToken): void {
    const { clock, random = Math.random, onDue } = this.options;
    const refreshAt = refreshTime(issued, random() * MAX_JITTER_MILLISECONDS);
    this.kept.get(key)?.timer.cancel();
    const timer = clock.after(Math.max(refreshAt - clock.now(), 0), () => onDue(uid));
    this.kept.set(key, { issued, refreshAt, timer });
  }
}
