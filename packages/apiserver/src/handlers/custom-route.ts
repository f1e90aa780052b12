import { newBadRequest, newNotFound, StatusError } from '@typekube/apimachinery';
import type { ServedResource } from '@typekube/api';
import type { ApiRequest } from '../http/messages';
import type { RequestInfo } from '../http/request-info';

/** Verbs that are for all namespaces at once, too. */
const ACROSS_NAMESPACES: ReadonlySet<string> = new Set(['list', 'watch']);

/**
 * Whether upstream hands a request for a custom resource to the handler of custom resources (apiextensions' customresource_handler). It has
 * no routes: it looks at what is asked for, so that a path may have more segments than it needs, and HEAD is a GET without its body.
 */
export function isCustomRoute({ definition }: ServedResource, { namespace, verb }: RequestInfo): boolean {
  if (definition.scope === 'Cluster') return namespace === '';
  return namespace !== '' || ACROSS_NAMESPACES.has(verb);
}

/** Fails for what a custom resource, or a subresource of it, cannot be asked. */
export function checkCustomVerb({ definition }: ServedResource, { context: { info } }: ApiRequest): void {
  const { verb, subresource, name } = info;
  const groupResource = { group: definition.group, resource: definition.plural };
  const target = subresource === '' ? definition : Object.hasOwn(definition.subresources, subresource) ? definition.subresources[subresource] : undefined;
  if (!target) throw newNotFound(groupResource, name);
  // Whether it still takes new objects, whatever makes them, is for the registry to say.
  const isCreate = verb === 'create' && subresource === '';
  if (!isCreate && !target.verbs.some((served) => served === verb)) throw newMethodNotSupported(definition.plural, definition.group, verb);
  if ((verb === 'update' || verb === 'patch') && name === '') throw newBadRequest('name must be provided');
}

function newMethodNotSupported(resource: string, group: string, verb: string): StatusError {
  const message = `${verb} is not supported on resources of kind "${resource}.${group}"`;
  return new StatusError(405, 'MethodNotAllowed', message, { group, kind: resource });
}
