import { newMethodNotAllowed, newMethodNotSupported, newUnknownPath } from '@typekube/apimachinery';
import type { ServedResource, SubresourceDefinition, Verb } from '@typekube/api';
import type { Handler } from '../chain/filter';
import type { ApiRequest, ApiResponse } from '../http/messages';
import type { RequestInfo } from '../http/request-info';
import type { ActionHandlers } from '../subresources/actions';
import type { ServerCore } from './core';
import { getHandler, listHandler, watchHandler } from './read-handlers';
import { scaleHandler } from '../subresources/scale';
import { createHandler, deleteCollectionHandler, deleteHandler, patchHandler, updateHandler } from './write-handlers';

/** One verb on a stored resource, or on a subresource that is the object itself (`status`). */
export type VerbHandler = (core: ServerCore, served: ServedResource, request: ApiRequest, response: ApiResponse) => Promise<void>;

const VERBS: Readonly<Record<string, VerbHandler>> = {
  get: getHandler,
  list: listHandler,
  watch: watchHandler,
  create: createHandler,
  update: updateHandler,
  patch: patchHandler,
  delete: deleteHandler,
  deletecollection: deleteCollectionHandler,
};

/** Verbs that are for one name; the others are for a collection. `watch` may be for either. */
const NEEDS_NAME: ReadonlySet<string> = new Set(['get', 'update', 'patch', 'delete']);

/** Answers everything under `/api/VERSION/` and `/apis/GROUP/VERSION/`. */
export function resourceHandler(core: ServerCore, actions: ActionHandlers): Handler {
  return (request, response) => {
    const { info } = request.context;
    const served = core.endpoints.find(info.apiGroup, info.apiVersion, info.resource);
    if (!served || !isInScope(served, info) || info.parts.length > 3) {
      const isProxy = served && info.subresource === 'proxy';
      if (!isProxy) throw newUnknownPath();
    }
    if (served.version.deprecationWarning) request.context.warnings.add(served.version.deprecationWarning);
    if (info.subresource) return handleSubresource(core, actions, served, request, response);
    const virtual = actions.kinds[keyOf(served)];
    if (virtual) return handleVirtual(virtual, core, served, request, response);
    checkVerb(served, served.definition.verbs, info);
    return VERBS[info.verb]!(core, served, request, response);
  };
}

function handleVirtual(
  handler: VerbHandler,
  core: ServerCore,
  served: ServedResource,
  request: ApiRequest,
  response: ApiResponse,
): Promise<void> {
  checkVerb(served, served.definition.verbs, request.context.info);
  return handler(core, served, request, response);
}

function handleSubresource(
  core: ServerCore,
  actions: ActionHandlers,
  served: ServedResource,
  request: ApiRequest,
  response: ApiResponse,
): Promise<void> {
  const { info } = request.context;
  const subresource: SubresourceDefinition | undefined = served.definition.subresources[info.subresource];
  if (!subresource) throw newUnknownPath();
  checkVerb(served, subresource.verbs, info);
  if (subresource.type === 'object') return VERBS[info.verb]!(core, served, request, response);
  if (subresource.type === 'scale') return scaleHandler(core, served, request, response);
  return actions.subresource(`${keyOf(served)}/${info.subresource}`)(core, served, request, response);
}

function keyOf({ definition: { group, plural } }: ServedResource): string {
  return group ? `${plural}.${group}` : plural;
}

/** A namespaced resource may be listed over all namespaces; what names one object must name its namespace. */
function isInScope({ definition }: ServedResource, { namespace, name, parts, verb, resource }: RequestInfo): boolean {
  if (definition.scope === 'Cluster') return namespace === '' || resource === 'namespaces';
  if (namespace !== '') return true;
  const isCollection = parts.length === 1;
  return isCollection && (verb === 'list' || verb === 'watch' || name === '') && verb !== 'deletecollection' && verb !== 'create';
}

function checkVerb({ definition }: ServedResource, verbs: readonly Verb[], { verb, parts }: RequestInfo): void {
  const hasName = parts.length > 1;
  const fits = verb === 'watch' || NEEDS_NAME.has(verb) === hasName || parts.length > 2;
  if (fits && verbs.includes(verb as Verb)) return;
  if (!fits) throw newMethodNotAllowed();
  throw newMethodNotSupported({ group: definition.group, resource: definition.plural }, verb);
}
