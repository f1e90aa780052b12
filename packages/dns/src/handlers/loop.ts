import { randomBytes, randomInt } from 'node:crypto';
import { encode } from 'dns-packet';
import type { Logger } from '@typekube/component-base';
import { response } from '../server/message';
import { parseQuery } from '../server/query';
import { Flag, Rcode } from '../server/wire';
import type { Handler, HandlerWithNext } from './handlers';

/**
 * Finds out whether our upstream resolvers forward to us: a request with a name that nobody else can know is sent to them, and comes back if so.
 * From then on nothing is forwarded, as every request would go round until it times out; names of the cluster are answered still.
 */
export class LoopGuard {
  private readonly name = `${randomBytes(8).toString('hex')}.${randomBytes(8).toString('hex')}`;
  private isLooping = false;

  constructor(private readonly log: Logger) {}

  readonly handler: HandlerWithNext = (query, next) => {
    if (!this.isLooping && query.question.labels.join('.') === this.name) {
      this.isLooping = true;
      this.log.error('Loop detected: an upstream resolver forwards to this server. Nothing is forwarded from now on');
    }
    return this.isLooping ? response(query, { rcode: Rcode.ServFail }) : next(query);
  };

  /** Asks the handler that forwards. Whether there is an answer does not matter. */
  async probe(forward: Handler): Promise<void> {
    const questions = [{ name: this.name, type: 'HINFO' as const }];
    const bytes = encode({ type: 'query', id: randomInt(0x10000), flags: Flag.RD, questions });
    try {
      await forward(parseQuery(bytes, 'udp'));
    } catch (error) {
      this.log.v(2)?.info('No upstream resolver has answered the first request', { error: String(error) });
    }
  }
}
