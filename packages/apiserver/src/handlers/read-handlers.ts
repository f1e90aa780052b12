import type { Writable } from 'node:stream';
import { newBadRequest, newNotFound, newServiceUnavailable } from '@typekube/apimachinery';
import type { ServedResource } from '@typekube/api';
import { acceptMessages, isWebSocket } from '@typekube/streaming';
import { openMessages } from '../http/open-messages';
import { type Accepted, negotiate, negotiateWatch } from '../http/negotiate';
import { type ApiRequest, type ApiResponse, isGone } from '../http/messages';
import { sendEncoded, sendHead } from '../http/respond';
import { list } from '../registry/list';
import { type ListOptions, parseListOptions, parseResourceVersion } from '../registry/read-options';
import type { Representation } from '../registry/representation';
import type { Endpoint } from '../registry/resource';
import type { IncludeObject } from '../registry/table-representation';
import { prepareWatch, watchTimeoutSeconds } from '../registry/watch';
import { WatchStream } from '../registry/watch-stream';
import { scopeLabel } from '../serving/request-labels';
import type { WatchLists } from '../serving/watch-metrics';
import { secondsSince } from '../chain/seconds-since';
import { isTrue, type RequestInfo } from '../http/request-info';
import type { ServerCore } from './core';
import { checkListForm, checkObjectForm } from './metadata-form';

/** The form in which this request's objects are answered. */
export function representationFor(endpoint: Endpoint, request: ApiRequest, accepted: Accepted): Representation {
  return endpoint.representation(accepted, includeObject(request));
}

/** Events are JSON: an answer in another encoding is made in JSON too, where it is recorded. */
export function auditProtobuf(request: ApiRequest, endpoint: Endpoint, accepted: Accepted, encode: (json: Representation) => Buffer): void {
  const { audit } = request.context;
  if (audit?.wantsResponse && accepted.format === 'protobuf') audit.responseObject(encode(endpoint.representation({ ...accepted, format: 'json' })));
}

export function includeObject({ context }: ApiRequest): IncludeObject {
  const asked = context.query.get('includeObject') || 'Metadata';
  if (asked === 'None' || asked === 'Metadata' || asked === 'Object') return asked;
  throw newBadRequest(`unrecognized includeObject value: ${JSON.stringify(asked)}`);
}

export async function getHandler(core: ServerCore, served: ServedResource, request: ApiRequest, response: ApiResponse): Promise<void> {
  const { info, query } = request.context;
  const endpoint = core.endpoints.endpoint(served);
  const accepted = negotiate(request.headers.accept, endpoint.protobufForms);
  const { resource } = endpoint;
  const exported = query.get('export');
  if (exported !== null && isTrue(exported)) throw newBadRequest('the export parameter, deprecated since v1.14, is no longer supported');
  const asked = query.get('resourceVersion');
  if (!asked) await core.barrier.mostRecent();
  else if (asked !== '0') await core.barrier.notOlderThan(parseResourceVersion(asked));
  const key = resource.key(info.namespace, info.name);
  const entry = resource.cache.get(key);
  if (resource.cache.unreadable.has(key)) throw resource.cache.unreadable.get(key);
  if (!entry) throw newNotFound(resource.groupResource, info.name);
  checkObjectForm(endpoint.definition, accepted);
  const form = representationFor(endpoint, request, accepted);
  const preparing = form.prepare?.([entry]);
  if (preparing) await preparing;
  auditProtobuf(request, endpoint, accepted, (json) => json.object(entry));
  return sendEncoded(request, response, 200, form.object(entry), accepted);
}

export async function listHandler(core: ServerCore, served: ServedResource, request: ApiRequest, response: ApiResponse): Promise<void> {
  const { info, query } = request.context;
  const endpoint = core.endpoints.endpoint(served);
  const accepted = negotiate(request.headers.accept, endpoint.protobufForms);
  const options = parseListOptions(query, false);
  checkListForm(endpoint.definition, accepted);
  const form = representationFor(endpoint, request, accepted);
  const { entries, metadata } = await list(endpoint.resource, info.namespace, options, core);
  const preparing = form.prepare?.(entries);
  if (preparing) await preparing;
  auditProtobuf(request, endpoint, accepted, (json) => json.list(entries, metadata));
  return sendEncoded(request, response, 200, form.list(entries, metadata), accepted);
}

export async function watchHandler(core: ServerCore, served: ServedResource, request: ApiRequest, response: ApiResponse): Promise<void> {
  const started = performance.now();
  const { info, query } = request.context;
  const endpoint = core.endpoints.endpoint(served);
  const upgraded = isWebSocket(request) ? request.upgraded : undefined;
  const accepted = negotiateWatch(request.headers.accept, upgraded ? 'none' : endpoint.protobufForms);
  const options = parseListOptions(query, true);
  checkNamed(info.parts[1], options);
  const representation = representationFor(endpoint, request, accepted);
  const prepared = await prepareWatch({
    resource: endpoint.resource,
    namespace: info.namespace,
    name: info.parts[1] ?? '',
    options,
    representation,
    sizes: core.watchEvents?.labels({ group: info.apiGroup, version: info.apiVersion, resource: info.resource }),
    barrier: core.barrier,
    onStateSent: () => core.watchLists?.labels(listLabels(info)).observe(secondsSince(started)),
  });
  const seconds = watchTimeoutSeconds(options, core.minRequestTimeoutSeconds);
  if (core.stopping.aborted) throw newServiceUnavailable('the API server is shutting down');
  if (isGone(response)) return;
  // Browsers watch by WebSockets.
  const sink = upgraded ? await openMessages(request, response, acceptMessages) : openAnswer(request, response, representation);
  if (!sink) return;
  const stream = new WatchStream(sink, representation.framing, seconds);
  const stop = (): void => stream.end();
  core.stopping.addEventListener('abort', stop, { once: true });
  stream.onClose(() => core.stopping.removeEventListener('abort', stop));
  prepared.run(stream);
  request.context.onWatchStarted?.();
}

function listLabels(info: RequestInfo): Parameters<WatchLists['labels']>[0] {
  return { group: info.apiGroup, version: info.apiVersion, resource: info.resource, scope: scopeLabel(info) };
}

function openAnswer(request: ApiRequest, response: ApiResponse, { framing }: Representation): Writable {
  sendHead(request, response, 200, { 'Content-Type': framing.contentType });
  response.flushHeaders();
  return response;
}

/** The old form of watching one object by its path. */
function checkNamed(name: string | undefined, { fieldSelector }: ListOptions): void {
  if (!name || !fieldSelector || fieldSelector.requiresExactMatch('metadata.name') === name) return;
  throw newBadRequest("fieldSelector metadata.name doesn't match requested name");
}
