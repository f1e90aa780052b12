import { newTooManyRequests } from '@typekube/apimachinery';
import type { Filter } from './filter';
import { isLongRunning } from './long-running';
import { isMutating } from './mutating';

export interface InFlightLimits {
  /** 0 for no limit. */
  readonly maxMutating: number;
  readonly maxReadOnly: number;
}

/** Its members are let through always, so that an overloaded server can be mended. */
const MASTERS = 'system:masters';

/** Refuses with 429 what comes while too many requests are under way; reads and writes are counted apart. Watches do not count. */
export function withMaxInFlight({ maxMutating, maxReadOnly }: InFlightLimits): Filter {
  const mutating = { running: 0, max: maxMutating };
  const readOnly = { running: 0, max: maxReadOnly };
  return (next) => (request, response) => {
    if (isLongRunning(request.context.info)) return next(request, response);
    const lane = isMutating(request.method) ? mutating : readOnly;
    if (lane.max > 0 && lane.running >= lane.max && !request.context.user.groups.includes(MASTERS)) {
      request.context.isTerminated = true;
      throw newTooManyRequests('Too many requests, please try again later.', 1);
    }
    lane.running += 1;
    request.context.atEnd.push(() => void (lane.running -= 1));
    return next(request, response);
  };
}
