import { newForbidden, newInternalError, StatusError } from '@typekube/apimachinery';
import type { Authorizer, AuthorizationAttributes, Decision } from '../authz/authorizer';
import { requestAttributes } from '../authz/request-attributes';
import type { Filter } from './filter';

/** Lets through what the authorizer allows; all else is answered with 403 and upstream's text. */
export function withAuthorization(authorizer: Authorizer): Filter {
  return (next) => (request, response) => {
    const attributes = requestAttributes(request.context);
    const decided = authorizer.authorize(attributes);
    if (!(decided instanceof Promise)) {
      if (decided.decision !== 'Allow') throw refusal(attributes, decided);
      return next(request, response);
    }
    return decided.then((late) => {
      if (late.decision !== 'Allow') throw refusal(attributes, late);
      return next(request, response);
    });
  };
}

/** As upstream: who could not find out says so. */
function refusal(attributes: AuthorizationAttributes, { reason, error }: Decision): StatusError {
  return error ? newInternalError(new Error(error)) : forbidden(attributes, reason);
}

function forbidden(attributes: AuthorizationAttributes, reason: string): StatusError {
  const { user, verb, resource, subresource, apiGroup, namespace, path, name } = attributes;
  const why = reason ? `: ${reason}` : '';
  if (!attributes.isResourceRequest) {
    const message = `forbidden: User ${JSON.stringify(user.name)} cannot ${verb} path ${JSON.stringify(path)}${why}`;
    return new StatusError(403, 'Forbidden', message, {});
  }
  const what = subresource ? `${resource}/${subresource}` : resource;
  const scope = namespace ? `in the namespace ${JSON.stringify(namespace)}` : 'at the cluster scope';
  const text =
    `User ${JSON.stringify(user.name)} cannot ${verb} resource ${JSON.stringify(what)} ` +
    `in API group ${JSON.stringify(apiGroup)} ${scope}${why}`;
  return newForbidden({ group: apiGroup, resource }, name, text);
}
