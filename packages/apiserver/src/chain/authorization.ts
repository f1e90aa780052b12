import { newForbidden, newInternalError, StatusError } from '@typekube/apimachinery';
import type { Authorizer, AuthorizationAttributes, Decision } from '../authz/authorizer';
import type { OnAuthorization } from '../authz/metrics';
import { requestAttributes } from '../authz/request-attributes';
import type { ApiRequest, ApiResponse } from '../http/messages';
import type { Filter } from './filter';
import { secondsSince } from './seconds-since';

/** Lets through what the authorizer allows; all else is answered with 403 and upstream's text. */
export function withAuthorization(authorizer: Authorizer, onDecision?: OnAuthorization): Filter {
  return (next) => (request, response) => {
    const attributes = requestAttributes(request.context);
    const started = performance.now();
    const decided = authorizer.authorize(attributes);
    if (!(decided instanceof Promise)) {
      onDecision?.(decided, secondsSince(started));
      check({ request, response, attributes, decided });
      return next(request, response);
    }
    return decided.then((late) => {
      onDecision?.(late, secondsSince(started));
      check({ request, response, attributes, decided: late });
      return next(request, response);
    });
  };
}

interface Asked {
  readonly request: ApiRequest;
  readonly response: ApiResponse;
  readonly attributes: AuthorizationAttributes;
  readonly decided: Decision;
}

/** As upstream: who could not find out says so. */
function check({ request, response, attributes, decided }: Asked): void {
  const { decision, reason, error } = decided;
  const { audit } = request.context;
  audit?.annotate('authorization.k8s.io/decision', decision === 'Allow' ? 'allow' : 'forbid');
  audit?.annotate('authorization.k8s.io/reason', reason);
  if (decision === 'Allow') return;
  if (error) throw newInternalError(new Error(error));
  response.setHeader('X-Content-Type-Options', 'nosniff');
  throw forbidden(attributes, reason);
}

/** A refusal in upstream's words. */
export function forbidden(attributes: AuthorizationAttributes, reason: string): StatusError {
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
