import { newBadRequest, newTimeout, parseDurationMilliseconds } from '@typekube/apimachinery';
import type { ApiRequest } from '../http/messages';
import { sendStatus } from '../http/respond';
import type { Filter } from './filter';
import { isLongRunning } from './long-running';

/** Answers 504 to what has no answer after `seconds`, or after less if the client asks so. What the request has begun may still finish, but who waits for webhooks does not write any more. */
export function withTimeout(seconds: number): Filter {
  return (next) => (request, response) => {
    if (isLongRunning(request.context.info)) return next(request, response);
    const timer = setTimeout(() => {
      if (!response.headersSent) {
        request.context.isTerminated = true;
        sendStatus(request, response, newTimeout('request did not complete within the allotted timeout').status);
      }
    }, Math.min(seconds * 1000, askedMilliseconds(request)));
    request.context.atEnd.push(() => clearTimeout(timer));
    return next(request, response);
  };
}

/** The query parameter `timeout`, a duration as Go writes it; none and 0 are no limit. Fails with 400. */
function askedMilliseconds({ context: { query } }: ApiRequest): number {
  const asked = query.get('timeout');
  if (!asked) return Infinity;
  try {
    const milliseconds = parseDurationMilliseconds(asked);
    return milliseconds > 0 ? milliseconds : Infinity;
  } catch (error) {
    throw newBadRequest(`invalid timeout specified in the request URL - ${(error as Error).message}`, { cause: error });
  }
}
