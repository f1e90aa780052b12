import type { Entry } from '../cache/entry';
import type { ApiRequest, ApiResponse } from '../http/messages';
import type { Accepted } from '../http/negotiate';
import { sendEncoded } from '../http/respond';
import type { Endpoint } from '../registry/resource';
import { checkObjectForm } from './metadata-form';
import { auditProtobuf, representationFor } from './read-handlers';

/** Answers with an object in the form that the client accepts. */
export function sendObject(
  endpoint: Endpoint,
  request: ApiRequest,
  response: ApiResponse,
  code: number,
  entry: Entry,
  accepted: Accepted,
): void | Promise<void> {
  checkObjectForm(endpoint.definition, accepted);
  const form = representationFor(endpoint, request, accepted);
  const send = (): void | Promise<void> => {
    auditProtobuf(request, endpoint, accepted, (json) => json.object(entry));
    return sendEncoded(request, response, code, form.object(entry), accepted);
  };
  return form.prepare?.([entry])?.then(send) ?? send();
}
