import type { Logger } from '@typekube/component-base';
import { response } from '../server/message';
import type { Query } from '../server/query';
import { Rcode } from '../server/wire';
import type { Handler, HandlerWithNext } from './handlers';

/** Outermost: whatever goes wrong further in, the client gets SERVFAIL and the log the reason. */
export function errorsHandler(log: Logger, onBug: () => void): HandlerWithNext {
  const failed = (query: Query, error: unknown): Buffer => {
    if (error instanceof LookupFailed) log.v(2)?.info('A lookup failed', { name: query.question.labels.join('.'), error: error.message });
    else {
      onBug();
      log.error('A request failed', error, { name: query.question.labels.join('.') });
    }
    return response(query, { rcode: Rcode.ServFail });
  };
  return (query: Query, next: Handler) => {
    try {
      const answer = next(query);
      return answer instanceof Promise ? answer.catch((error: unknown) => failed(query, error)) : answer;
    } catch (error) {
      return failed(query, error);
    }
  };
}

/** The network's failure and not a bug: no upstream resolver has answered. */
export class LookupFailed extends Error {
  override readonly name = 'LookupFailed';
}
