import { request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { newBadRequest, newInternalError, newServiceUnavailable, StatusError } from '@typekube/apimachinery';
import type { ServedResource } from '@typekube/api';
import { acceptByteMessages, isWebSocket } from '@typekube/streaming';
import type { ServerCore } from '../../handlers/core';
import type { ApiRequest, ApiResponse } from '../../http/messages';
import { openMessages } from '../../http/open-messages';
import { sendText } from '../../http/respond';
import { chooseContainer, readPod } from './pod-location';

/** Time a kubelet has to begin its answer. */
const CONNECT_MS = 30_000;
const MAX_ERROR_BYTES = 64 * 1024;

/** `kubectl logs`: the kubelet's answer, passed on as it comes. */
export async function logHandler(core: ServerCore, served: ServedResource, request: ApiRequest, response: ApiResponse): Promise<void> {
  const { query } = request.context;
  const pod = await readPod(core, served, request);
  const container = chooseContainer(pod, query.get('container'));
  const nodeName = pod.spec?.nodeName;
  // Before it is on a node a pod has said nothing: as upstream.
  if (!nodeName) return isMessages(request) ? passOn(Readable.from([]), request, response) : sendText(request, response, 200, '', 'text/plain');
  const url = core.kubelet.urlOf(nodeName, core);
  url.pathname = `/containerLogs/${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}/${container}`;
  for (const [name, value] of query) if (name !== 'container') url.searchParams.append(name, value);
  const answer = await ask(url, core, response);
  if ((answer.statusCode ?? 500) >= 400) throw await errorOf(answer);
  if (isMessages(request)) return passOn(answer, request, response);
  response.writeHead(200, { 'Content-Type': answer.headers['content-type'] ?? 'text/plain' });
  response.flushHeaders();
  await pipeline(answer, response).catch(() => answer.destroy());
}

/** Browsers read logs as messages of a WebSocket. */
function isMessages(request: ApiRequest): boolean {
  return request.upgraded !== undefined && isWebSocket(request);
}

async function passOn(from: Readable, request: ApiRequest, response: ApiResponse): Promise<void> {
  const sink = await openMessages(request, response, acceptByteMessages);
  if (sink) await pipeline(from, sink).catch(() => from.destroy());
  else from.destroy();
}

/** The kubelet's answer, from its head on. The request ends with the client's. */
function ask(url: URL, { kubelet }: ServerCore, response: ApiResponse): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = httpsRequest(url, { ...kubelet.tls, agent: false, timeout: CONNECT_MS }, (answer) => {
      asking.setTimeout(0);
      resolve(answer);
    });
    asking.once('timeout', () => asking.destroy(new Error(`the kubelet at ${url.host} does not answer`)));
    asking.once('error', (error) => reject(newServiceUnavailable(`Get "${url.href}": ${error.message}`)));
    response.once('close', () => asking.destroy());
    asking.end();
  });
}

/** What the kubelet refuses is the client's to know: that a container is waiting, for example. */
async function errorOf(answer: IncomingMessage): Promise<StatusError> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_ERROR_BYTES) chunks.push(chunk);
  }
  const message = Buffer.concat(chunks).toString('utf8').trim();
  if (answer.statusCode === 400) return newBadRequest(message);
  if (answer.statusCode === 404) return new StatusError(404, 'NotFound', message);
  return newInternalError(new Error(message || `the kubelet answered ${answer.statusCode ?? 0}`));
}
