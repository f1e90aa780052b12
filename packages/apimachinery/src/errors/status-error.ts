import type { Status, StatusCause, StatusDetails } from '../meta/types';
import { type FieldError, fieldErrorBody, fieldErrorMessage } from './field-error';

/** Names a resource in an error text: `deployments.apps`, or `pods` for the core group. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

/** Names a kind in an error text: `Deployment.apps`, or `Pod` for the core group. */
export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** An error that is answered to the client as a `Status` object, as upstream's `errors.StatusError`. */
export class StatusError extends Error {
  readonly status: Status;

  constructor(code: number, reason: string, message: string, details?: StatusDetails, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StatusError';
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason && { reason }),
      ...(details && { details }),
      code,
    };
  }

  get code(): number {
    return this.status.code ?? 500;
  }

  get reason(): string {
    return this.status.reason ?? '';
  }
}

/** Whether `error` is a StatusError of the given reason, such as `NotFound`. */
export function hasReason(error: unknown, reason: string): error is StatusError {
  return error instanceof StatusError && error.reason === reason;
}

export function qualifiedResource({ group, resource }: GroupResource): string {
  return group ? `${resource}.${group}` : resource;
}

export function qualifiedKind({ group, kind }: GroupKind): string {
  return group ? `${kind}.${group}` : kind;
}

function resourceDetails(resource: GroupResource, name?: string): StatusDetails {
  return { ...(name && { name }), ...(resource.group && { group: resource.group }), kind: resource.resource };
}

export function newNotFound(resource: GroupResource, name: string): StatusError {
  const message = `${qualifiedResource(resource)} "${name}" not found`;
  return new StatusError(404, 'NotFound', message, resourceDetails(resource, name));
}

/** The answer to a path that names no resource at all. */
export function newUnknownPath(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function newAlreadyExists(resource: GroupResource, name: string): StatusError {
  const message = `${qualifiedResource(resource)} "${name}" already exists`;
  return new StatusError(409, 'AlreadyExists', message, resourceDetails(resource, name));
}

export function newConflict(resource: GroupResource, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualifiedResource(resource)} "${name}": ${why}`;
  return new StatusError(409, 'Conflict', message, resourceDetails(resource, name));
}

/** The text of an optimistic lock failure, as registry.OptimisticLockErrorMsg. */
export const OPTIMISTIC_LOCK_ERROR =
  'the object has been modified; please apply your changes to the latest version and try again';

export function newInvalid(kind: GroupKind, name: string, errors: readonly FieldError[]): StatusError {
  const causes: StatusCause[] = errors.map((e) => ({ reason: e.type, message: fieldErrorBody(e), field: e.field }));
  const texts = [...new Set(errors.map(fieldErrorMessage))];
  const joined = texts.length === 1 ? `: ${texts[0]}` : texts.length ? `: [${texts.join(', ')}]` : '';
  const message = `${qualifiedKind(kind)} "${name}" is invalid${joined}`;
  return new StatusError(422, 'Invalid', message, {
    ...(name && { name }),
    ...(kind.group && { group: kind.group }),
    ...(kind.kind && { kind: kind.kind }),
    causes,
  });
}

export function newBadRequest(message: string, options?: ErrorOptions): StatusError {
  return new StatusError(400, 'BadRequest', message, undefined, options);
}

export function newUnauthorized(message = 'Unauthorized'): StatusError {
  return new StatusError(401, 'Unauthorized', message);
}

export function newForbidden(resource: GroupResource, name: string, why: string): StatusError {
  const what = name ? `${qualifiedResource(resource)} "${name}"` : qualifiedResource(resource);
  const message = resource.resource ? `${what} is forbidden: ${why}` : `forbidden: ${why}`;
  return new StatusError(403, 'Forbidden', message, resourceDetails(resource, name));
}

export function newMethodNotSupported(resource: GroupResource, verb: string): StatusError {
  const message = `${verb} is not supported on resources of kind "${qualifiedResource(resource)}"`;
  return new StatusError(405, 'MethodNotAllowed', message, resourceDetails(resource));
}

export function newMethodNotAllowed(): StatusError {
  return new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

export function newNotAcceptable(message: string): StatusError {
  return new StatusError(406, 'NotAcceptable', message);
}

export function newUnsupportedMediaType(message: string): StatusError {
  return new StatusError(415, 'UnsupportedMediaType', message);
}

export function newRequestEntityTooLarge(message: string): StatusError {
  return new StatusError(413, 'RequestEntityTooLarge', `Request entity is too large: ${message}`);
}

export function newTooManyRequests(message: string, retryAfterSeconds: number): StatusError {
  return new StatusError(429, 'TooManyRequests', message, { retryAfterSeconds });
}

/** 410: the asked resource version is no longer to be had; the client must list anew. */
export function newResourceExpired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

export function newGone(message: string): StatusError {
  return new StatusError(410, 'Gone', message);
}

export function newInternalError(cause: Error): StatusError {
  const message = `Internal error occurred: ${cause.message}`;
  return new StatusError(500, 'InternalError', message, { causes: [{ message: cause.message }] }, { cause });
}

export function newServiceUnavailable(message: string): StatusError {
  return new StatusError(503, 'ServiceUnavailable', message);
}

export function newNotImplemented(message: string): StatusError {
  return new StatusError(501, 'NotImplemented', message);
}

/** 504 with a hint when to try again; `TooLargeResourceVersion` causes use it too. */
export function newTimeout(message: string, retryAfterSeconds = 0): StatusError {
  return new StatusError(504, 'Timeout', `Timeout: ${message}`, { ...(retryAfterSeconds && { retryAfterSeconds }) });
}

export function newTooLargeResourceVersion(asked: number, current: number, retryAfterSeconds: number): StatusError {
  const message = `Too large resource version: ${asked}, current: ${current}`;
  return new StatusError(504, 'Timeout', `Timeout: ${message}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    ...(retryAfterSeconds && { retryAfterSeconds }),
  });
}
