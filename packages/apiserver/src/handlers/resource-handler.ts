import { isValidPathSegmentName, newBadRequest, newMethodNotAllowed, newUnknownPath } from '@typekube/apimachinery';
import type { ServedResource, SubresourceDefinition, Verb } from '@typekube/api';
import type { Handler } from '../chain/filter';
import type { ApiRequest, ApiResponse } from '../http/messages';
import type { RequestInfo } from '../http/request-info';
import { sendUnknownPath } from '../http/respond';
import type { ActionHandlers } from '../subresources/actions';
import type { ServerCore } from './core';
import { checkCustomVerb, isCustomRoute } from './custom-route';
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
  const handle = (served: ServedResource | undefined, request: ApiRequest, response: ApiResponse): void | Promise<void> => {
    const { info } = request.context;
    if (!served || !(served.definition.custom ? isCustomRoute(served, info) : isRouted(served, info))) {
      return refusePath({ registry: core.registry, isCustom: served?.definition.custom !== undefined, request, response });
    }
    checkSegments(info);
    if (served.version.deprecationWarning) request.context.warnings.add(served.version.deprecationWarning);
    if (served.definition.custom) return handleCustom(core, served, request, response);
    if (info.subresource) return handleSubresource(core, actions, served, request, response);
    const virtual = actions.kinds[keyOf(served)];
    if (virtual) return handleVirtual(virtual, core, served, request, response);
    checkVerb(served, served.definition.verbs, request);
    return VERBS[info.verb]!(core, served, request, response);
  };
  return (request, response) => {
    const { apiGroup, apiVersion, resource } = request.context.info;
    const served = core.endpoints.find(apiGroup, apiVersion, resource);
    // Only custom resources may have come into being without this server having noticed yet.
    if (served || !apiGroup.includes('.')) return handle(served, request, response);
    return findCustom(core, request).then((found) => handle(found, request, response));
  };
}

/** What is served once every definition that was acknowledged before the request has had its effect. */
async function findCustom({ barrier, customResources, endpoints }: ServerCore, { context: { info } }: ApiRequest): Promise<ServedResource | undefined> {
  await barrier.mostRecent();
  await customResources.settled();
  return endpoints.find(info.apiGroup, info.apiVersion, info.resource);
}

interface Refused {
  readonly registry: ServerCore['registry'];
  readonly isCustom: boolean;
  readonly request: ApiRequest;
  readonly response: ApiResponse;
}

/** Groups of types have routes, which answer for what they have not. What is in no such group comes to the end of all handlers. */
function refusePath({ registry, isCustom, request, response }: Refused): void {
  const { apiGroup } = request.context.info;
  if (!isCustom && registry.served().some(({ group, custom }) => group === apiGroup && !custom)) throw newUnknownPath();
  sendUnknownPath(request, response);
}

function handleCustom(core: ServerCore, served: ServedResource, request: ApiRequest, response: ApiResponse): Promise<void> {
  const { verb, subresource } = request.context.info;
  checkCustomVerb(served, request);
  if (subresource && served.definition.subresources[subresource]?.type === 'scale') return scaleHandler(core, served, request, response);
  return VERBS[verb]!(core, served, request, response);
}

function handleVirtual(
  handler: VerbHandler,
  core: ServerCore,
  served: ServedResource,
  request: ApiRequest,
  response: ApiResponse,
): Promise<void> {
  checkVerb(served, served.definition.verbs, request);
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
  const { subresources } = served.definition;
  const subresource: SubresourceDefinition | undefined = Object.hasOwn(subresources, info.subresource)
    ? subresources[info.subresource]
    : undefined;
  if (!subresource) throw newUnknownPath();
  checkVerb(served, subresource.verbs, request);
  if (subresource.type === 'object') return VERBS[info.verb]!(core, served, request, response);
  if (subresource.type === 'scale') return scaleHandler(core, served, request, response);
  return actions.subresource(`${keyOf(served)}/${info.subresource}`)(core, served, request, response);
}

function keyOf({ definition: { group, plural } }: ServedResource): string {
  return group ? `${plural}.${group}` : plural;
}

/** Whether upstream has a route for the path, whatever the method. What lies in a namespace is over all of them only a collection. */
function isRouted({ definition }: ServedResource, { isNested, namespace, parts, subresource }: RequestInfo): boolean {
  if (parts.length > 3 && subresource !== 'proxy') return false;
  const [, name, third] = parts;
  if (name === '' || third === '' || (isNested && namespace === '')) return false;
  return definition.scope === 'Cluster' ? !isNested : isNested || parts.length === 1;
}

/** Names in the path are part of the store's keys (upstream's NamespaceKeyFunc). */
function checkSegments({ namespace, parts: [, name = ''] }: RequestInfo): void {
  checkSegment('Namespace', namespace);
  checkSegment('Name', name);
}

function checkSegment(parameter: string, value: string): void {
  const problems = isValidPathSegmentName(value, false);
  if (problems.length) throw newBadRequest(`${parameter} parameter invalid: ${JSON.stringify(value)}: ${problems.join(';')}`);
}

/** What has no route for its method is answered with 405. */
function checkVerb({ definition }: ServedResource, verbs: readonly Verb[], { method, context: { info } }: ApiRequest): void {
  const { verb, parts, isNested, subresource } = info;
  const fits = verb === 'watch' || subresource !== '' || NEEDS_NAME.has(verb) === parts.length > 1;
  const isOverAllNamespaces = definition.scope === 'Namespaced' && !isNested;
  // A proxy passes on what the target may know what to do with.
  const isReading = (method === 'HEAD' && verb === 'get') || (method === 'OPTIONS' && verb === '');
  const isProxied = subresource === 'proxy' && isReading && (isNested || definition.scope === 'Cluster');
  if (isProxied) return;
  const isAllowed = verbs.includes(verb as Verb) && (!isOverAllNamespaces || verb === 'list' || verb === 'watch');
  if (!fits || !isAllowed || method === 'HEAD') throw newMethodNotAllowed();
}
