import { statusErrorOf } from './response-status';

const pod = { resource: 'pods', name: 'web' };

it.each<[number, 'GET' | 'POST', string, string]>([
  [400, 'GET', 'BadRequest', 'the server rejected our request for an unknown reason (get pods web)'],
  [401, 'GET', 'Unauthorized', 'the server has asked for the client to provide credentials (get pods web)'],
  [403, 'GET', 'Forbidden', 'text (get pods web)'],
  [404, 'GET', 'NotFound', 'the server could not find the requested resource (get pods web)'],
  [405, 'GET', 'MethodNotAllowed', 'the server does not allow this method on the requested resource (get pods web)'],
  [409, 'GET', 'Conflict', 'the server reported a conflict (get pods web)'],
  [409, 'POST', 'AlreadyExists', 'the server reported a conflict (post pods web)'],
  [418, 'GET', 'Unknown', 'the server responded with the status code 418 but did not return more information (get pods web)'],
  [422, 'GET', 'Invalid', 'the server rejected our request due to an error in our request (get pods web)'],
  [500, 'GET', 'InternalError', 'an error on the server ("text") has prevented the request from succeeding (get pods web)'],
  [503, 'GET', 'ServiceUnavailable', 'the server is currently unable to handle the request (get pods web)'],
])('words %d of %s as client-go does', (code, method, reason, message) => {
  const error = statusErrorOf(code, 'text\n', method, pod, 3);
  expect([error.code, error.reason, error.message]).toEqual([code, reason, message]);
  const causes = [{ reason: 'UnexpectedServerResponse', message: 'text' }];
  expect(error.status.details).toMatchObject({ name: 'web', retryAfterSeconds: 3, causes });
});
