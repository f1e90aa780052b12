import { invalid, required } from './field-error';
import { FieldPath } from './field-path';
import {
  hasReason,
  newAlreadyExists,
  newConflict,
  newForbidden,
  newInternalError,
  newInvalid,
  newNotFound,
  newTooManyRequests,
  OPTIMISTIC_LOCK_ERROR,
  type StatusError,
} from './status-error';

const deployments = { group: 'apps', resource: 'deployments' };
const pods = { group: '', resource: 'pods' };

it.each<[StatusError, number, string, string]>([
  [newNotFound(deployments, 'web'), 404, 'NotFound', 'deployments.apps "web" not found'],
  [newNotFound(pods, 'web'), 404, 'NotFound', 'pods "web" not found'],
  [newAlreadyExists(pods, 'web'), 409, 'AlreadyExists', 'pods "web" already exists'],
  [
    newConflict(pods, 'web', OPTIMISTIC_LOCK_ERROR),
    409,
    'Conflict',
    'Operation cannot be fulfilled on pods "web": the object has been modified; please apply your changes to the latest version and try again',
  ],
  [newForbidden(pods, 'web', 'no'), 403, 'Forbidden', 'pods "web" is forbidden: no'],
  [newForbidden(pods, '', 'no'), 403, 'Forbidden', 'pods is forbidden: no'],
  [newTooManyRequests('later', 3), 429, 'TooManyRequests', 'later'],
  [newInternalError(new Error('x')), 500, 'InternalError', 'Internal error occurred: x'],
])('%#', (error, code, reason, message) => {
  expect([error.code, error.reason, error.message, error.status.message]).toEqual([code, reason, message, message]);
  expect(hasReason(error, reason)).toBe(true);
  expect(hasReason(new Error(message), reason)).toBe(false);
});

describe('newInvalid', () => {
  const kind = { group: 'apps', kind: 'Deployment' };
  const missing = required(FieldPath.of('spec', 'selector'));
  const bad = invalid(FieldPath.of('spec', 'replicas'), -1, 'must be greater than or equal to 0');

  it('shows one problem bare and several in brackets, each once', () => {
    expect(newInvalid(kind, 'web', [missing]).message).toBe('Deployment.apps "web" is invalid: spec.selector: Required value');
    expect(newInvalid(kind, 'web', [missing, bad, missing]).message).toBe(
      'Deployment.apps "web" is invalid: [spec.selector: Required value, spec.replicas: Invalid value: -1: must be greater than or equal to 0]',
    );
    expect(newInvalid(kind, 'web', []).message).toBe('Deployment.apps "web" is invalid');
  });

  it('gives every problem as a cause', () => {
    expect(newInvalid(kind, 'web', [bad]).status).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      reason: 'Invalid',
      details: {
        name: 'web',
        group: 'apps',
        kind: 'Deployment',
        causes: [{ reason: 'FieldValueInvalid', message: 'Invalid value: -1: must be greater than or equal to 0', field: 'spec.replicas' }],
      },
      code: 422,
    });
  });
});
