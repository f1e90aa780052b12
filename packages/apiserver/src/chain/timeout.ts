import { newTimeout } from '@typekube/apimachinery';
import { sendStatus } from '../http/respond';
import type { Filter } from './filter';
import { isLongRunning } from './long-running';

/** Answers 504 to what has no answer after `seconds`. What the request has begun may still finish. */
export function withTimeout(seconds: number): Filter {
  return (next) => (request, response) => {
    if (isLongRunning(request.context.info)) return next(request, response);
    const timer = setTimeout(() => {
      if (!response.headersSent) {
        sendStatus(request, response, newTimeout('request did not complete within the allotted timeout').status);
      }
    }, seconds * 1000);
    request.context.atEnd.push(() => clearTimeout(timer));
    return next(request, response);
  };
}
