import { newBadRequest, type PatchError, StatusError } from '@typekube/apimachinery';

/** The answer to a patch that cannot be read or does not apply. Upstream answers the latter as if another server had refused it. */
export function refusePatch(error: PatchError): StatusError {
  const options = { cause: error };
  switch (error.code) {
    case 400:
      return newBadRequest(error.message, options);
    case 413:
      return new StatusError(413, 'RequestEntityTooLarge', `Request entity is too large: ${error.message}`, undefined, options);
    case 422: {
      const message = 'the server rejected our request due to an error in our request';
      return new StatusError(422, 'Invalid', message, {}, options);
    }
    case 500:
      return new StatusError(500, '', error.message, undefined, options);
  }
}
