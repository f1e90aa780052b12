import { randomInt } from 'node:crypto';
import type { Clock, Logger } from '@typekube/component-base';
import { response } from '../server/message';
import type { Query } from '../server/query';
import { HEADER_BYTES, MalformedMessage, Rcode, recordsOf } from '../server/wire';
import { exchangeTcp, exchangeUdp } from '../upstream/exchange';
import { Resolver } from '../upstream/resolver';
import type { ResolverAddress } from '../upstream/resolv-conf';
import { LookupFailed } from './errors';
import type { Handler } from './handlers';

export interface ForwardMetrics {
  exchanged(resolver: ResolverAddress, milliseconds: number, rcode: number | undefined): void;
  probeFailed(resolver: ResolverAddress): void;
  allDown(): void;
  rejected(): void;
}

export interface ForwardOptions {
  readonly resolvers: readonly ResolverAddress[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ForwardMetrics;
}

/** As CoreDNS: time for one resolver, for all together, and `max_concurrent` of the Corefile that upstream installs. */
const EXCHANGE_MS = 2000;
const TOTAL_MS = 5000;
const MAX_CONCURRENT = 1000;

/**
 * Asks upstream resolvers, by the protocol by which we were asked, and passes their answers on as they are. Each one is tried once, in an order drawn anew for each
 * request, those that do not answer last. More requests at once than are allowed are refused.
 */
export class Forwarder {
  private readonly resolvers: readonly Resolver[];
  private concurrent = 0;

  constructor(private readonly options: ForwardOptions) {
    const { clock, metrics } = options;
    this.resolvers = options.resolvers.map((address) => new Resolver(address, clock, () => metrics.probeFailed(address)));
  }

  readonly handler: Handler = (query) => {
    if (this.resolvers.length === 0) return response(query, { rcode: Rcode.Refused });
    if (this.concurrent >= MAX_CONCURRENT) {
      this.options.metrics.rejected();
      return response(query, { rcode: Rcode.Refused });
    }
    this.concurrent += 1;
    return this.forward(query).finally(() => (this.concurrent -= 1));
  };

  close(): void {
    for (const resolver of this.resolvers) resolver.close();
  }

  private async forward(query: Query): Promise<Buffer> {
    const { clock, metrics } = this.options;
    const deadline = clock.monotonic() + TOTAL_MS;
    const order = shuffled(this.resolvers);
    if (order.every(({ isDown }) => isDown)) metrics.allDown();
    let last: unknown;
    for (const resolver of [...order.filter(({ isDown }) => !isDown), ...order.filter(({ isDown }) => isDown)]) {
      const left = deadline - clock.monotonic();
      if (left <= 0) break;
      try {
        return await this.ask(resolver, query, Math.min(left, EXCHANGE_MS));
      } catch (error) {
        last = error;
        resolver.failed();
      }
    }
    throw new LookupFailed(last instanceof Error ? last.message : 'no upstream resolver has answered', { cause: last });
  }

  private async ask({ address }: Resolver, { bytes, id, questionEnd, transport }: Query, timeout: number): Promise<Buffer> {
    const { clock, metrics } = this.options;
    const started = clock.monotonic();
    const request = Buffer.from(bytes);
    request.writeUInt16BE(randomInt(0x10000), 0);
    const exchange = transport === 'tcp' ? exchangeTcp : exchangeUdp;
    let rcode: number | undefined;
    try {
      const answer = await exchange({ resolver: address, request, questionEnd, timeout });
      // Read once here, so that nobody further out meets a message that cannot be.
      recordsOf(answer, questionEnd);
      rcode = (answer[3] ?? 0) & 0xf;
      answer.writeUInt16BE(id, 0);
      bytes.copy(answer, HEADER_BYTES, HEADER_BYTES, questionEnd);
      return answer;
    } catch (error) {
      if (error instanceof MalformedMessage) throw new Error(`${address.host} has sent a malformed answer: ${error.message}`, { cause: error });
      throw error;
    } finally {
      metrics.exchanged(address, clock.monotonic() - started, rcode);
    }
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i -= 1) {
    const other = randomInt(i + 1);
    [copy[i], copy[other]] = [copy[other]!, copy[i]!];
  }
  return copy;
}
