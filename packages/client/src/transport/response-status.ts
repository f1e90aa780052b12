import { parseJson, type Status, StatusError, type StatusCause } from '@typekube/apimachinery';
import type { Method } from './http-message';

/** What a request was about, for the text of errors that the server did not word itself. */
export interface RequestSubject {
  /** `pods`, `deployments.apps`; empty for a path that is no resource. */
  readonly resource: string;
  readonly name: string;
}

interface Generic {
  readonly reason: string;
  readonly message: string;
}

/**
 * The error of a response that is no success: the server's own Status where it sent one, else the generic error of its code
 * with client-go's texts (errors.NewGenericServerResponse).
 */
export function statusErrorOf(
  code: number,
  body: string,
  method: Method,
  subject: RequestSubject,
  retryAfterSeconds = 0,
): StatusError {
  const status = parseStatus(body);
  if (status) return new StatusError(status.code ?? code, status.reason ?? '', status.message ?? '', status.details);
  const text = body.slice(0, 2048).trim() || 'unknown';
  const { reason, message } = generic(code, method, text);
  const about = [method.toLowerCase(), subject.resource, subject.name].filter(Boolean).join(' ');
  const causes: StatusCause[] = [{ reason: 'UnexpectedServerResponse', message: text }];
  return new StatusError(code, reason, subject.resource ? `${message} (${about})` : message, {
    causes,
    ...(subject.name && { name: subject.name }),
    ...(retryAfterSeconds && { retryAfterSeconds }),
  });
}

/** The Status in a body or a watch event; undefined where it is something else. */
export function parseStatus(body: string): Status | undefined {
  let value: unknown;
  try {
    value = parseJson(body);
  } catch {
    return undefined;
  }
  return isStatus(value) ? value : undefined;
}

export function isStatus(value: unknown): value is Status {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Status' && 'status' in value;
}

function generic(code: number, method: Method, text: string): Generic {
  switch (code) {
    case 400:
      return { reason: 'BadRequest', message: 'the server rejected our request for an unknown reason' };
    case 401:
      return { reason: 'Unauthorized', message: 'the server has asked for the client to provide credentials' };
    case 403:
      return { reason: 'Forbidden', message: text };
    case 404:
      return { reason: 'NotFound', message: 'the server could not find the requested resource' };
    case 405:
      return { reason: 'MethodNotAllowed', message: 'the server does not allow this method on the requested resource' };
    case 406:
      return { reason: 'NotAcceptable', message: text };
    case 409:
      return { reason: method === 'POST' ? 'AlreadyExists' : 'Conflict', message: 'the server reported a conflict' };
    case 415:
      return { reason: 'UnsupportedMediaType', message: text };
    case 422:
      return { reason: 'Invalid', message: 'the server rejected our request due to an error in our request' };
    case 429:
      return {
        reason: 'TooManyRequests',
        message: 'the server has received too many requests and has asked us to try again later',
      };
    case 503:
      return { reason: 'ServiceUnavailable', message: 'the server is currently unable to handle the request' };
    case 504:
      return {
        reason: 'Timeout',
        message: 'the server was unable to return a response in the time allotted, but may still be processing the request',
      };
    default:
      return genericByClass(code, text);
  }
}

function genericByClass(code: number, text: string): Generic {
  if (code >= 500) {
    return {
      reason: 'InternalError',
      message: `an error on the server (${JSON.stringify(text)}) has prevented the request from succeeding`,
    };
  }
  return { reason: 'Unknown', message: `the server responded with the status code ${code} but did not return more information` };
}
