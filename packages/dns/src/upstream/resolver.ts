import { randomInt } from 'node:crypto';
import type { Clock, Timer } from '@typekube/component-base';
import { encode } from 'dns-packet';
import { Flag, HEADER_BYTES } from '../server/wire';
import { exchangeUdp } from './exchange';
import type { ResolverAddress } from './resolv-conf';

/** CoreDNS' `max_fails` and `health_check`. */
const MAX_FAILS = 2;
const PROBE_INTERVAL_MS = 500;
const PROBE_TIMEOUT_MS = 1000;
/** `. IN NS`: its type and class take four bytes behind the root's one. */
const PROBE_QUESTION_END = HEADER_BYTES + 5;

/** One upstream resolver and whether it answers. While it does not it is asked for the root's name servers until it does again. */
export class Resolver {
  private fails = 0;
  private timer: Timer | undefined;
  private isClosed = false;

  constructor(
    readonly address: ResolverAddress,
    private readonly clock: Clock,
    private readonly onProbeFailed: () => void,
  ) {}

  get isDown(): boolean {
    return this.fails >= MAX_FAILS;
  }

  failed(): void {
    this.fails += 1;
    if (!this.timer) this.probeLater();
  }

  close(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.isClosed = true;
  }

  private probeLater(): void {
    if (this.isClosed) return;
    this.timer = this.clock.after(PROBE_INTERVAL_MS, () => void this.probe());
  }

  /** Any answer will do: it is there again. */
  private async probe(): Promise<void> {
    const request = encode({ type: 'query', id: randomInt(0x10000), flags: Flag.RD, questions: [{ name: '.', type: 'NS' }] });
    try {
      await exchangeUdp({ resolver: this.address, request, questionEnd: PROBE_QUESTION_END, timeout: PROBE_TIMEOUT_MS });
      this.fails = 0;
      this.timer = undefined;
    } catch {
      this.fails += 1;
      this.onProbeFailed();
      this.probeLater();
    }
  }
}
