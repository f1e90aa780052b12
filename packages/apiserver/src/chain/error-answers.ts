import { StatusError } from '@typekube/apimachinery';
import { StoreError } from '@typekube/storage';
import { type ApiRequest, type ApiResponse, breakOff } from '../http/messages';
import { sendStatus } from '../http/respond';
import type { Filter } from './filter';

/** Answers whatever the handlers throw: a StatusError as it is, what is unexpected with a 500 and an entry in the log. */
export function withErrorAnswers(logError: (message: string, error: unknown) => void): Filter {
  const answer = (request: ApiRequest, response: ApiResponse, thrown: unknown): void => {
    const error = translate(thrown);
    if (error.code >= 500 && !(thrown instanceof StatusError)) {
      logError(`${request.method} ${request.context.info.path}`, thrown);
    }
    if (response.headersSent) {
      // An answer in the server's own defense is whole, although its last bytes may still wait for their turn.
      if (!response.writableEnded && !request.context.isTerminated) breakOff(response);
    } else sendStatus(request, response, error.status);
    if (!request.complete) request.resume();
  };
  return (next) => (request, response) => {
    try {
      return next(request, response)?.catch((error: unknown) => answer(request, response, error));
    } catch (error) {
      return answer(request, response, error);
    }
  };
}

/** Whether nobody has foreseen it: a mistake of the server's own, which in upstream would be a panic. */
export function isUnforeseen(error: unknown): boolean {
  return !(error instanceof StatusError || error instanceof StoreError);
}

/** The store's own errors reach clients in the words of upstream's; anything else does not show its inner workings. */
function translate(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof StoreError) return translateStoreError(error);
  return new StatusError(500, 'InternalError', 'Internal error occurred: see the log of the API server');
}

function translateStoreError(error: StoreError): StatusError {
  switch (error.code) {
    case 'compacted':
      return new StatusError(410, 'Expired', 'The resourceVersion for the provided list is too old.', undefined, { cause: error });
    case 'no-space':
      return new StatusError(500, 'InternalError', 'etcdserver: mvcc: database space exceeded', undefined, { cause: error });
    case 'unavailable':
    case 'closed':
      return new StatusError(503, 'ServiceUnavailable', 'the store is not available, please try again later', undefined, { cause: error });
    default:
      return new StatusError(500, 'InternalError', `Internal error occurred: ${error.message}`, undefined, { cause: error });
  }
}
