import { request as httpsRequest } from 'node:https';
import { newNotFound } from '@typekube/apimachinery';
import type { corev1, ServedResource } from '@typekube/api';
import { type Entry, EntryFormat } from '../cache/entry';
import { ResourceCache } from '../cache/resource-cache';
import type { ServerCore } from '../handlers/core';
import { representationFor } from '../handlers/read-handlers';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { negotiate } from '../http/negotiate';
import { sendEncoded } from '../http/respond';
import { Endpoint, Resource } from '../registry/resource';

/** Asks a component how it is; resolves with its answer, rejects with what is wrong. */
type Probe = (core: ServerCore) => Promise<string>;

/** Time a component has to answer. */
const PROBE_MS = 2000;

/** Upstream's components, where upstream looks for them: on the API server's own machine. */
const PROBES: readonly (readonly [name: string, probe: Probe])[] = [
  ['controller-manager', () => probeHealth('https://127.0.0.1:10257/healthz')],
  ['etcd-0', async ({ store }) => withinTime(store.currentRevision().then(() => 'ok'))],
  ['scheduler', () => probeHealth('https://127.0.0.1:10259/healthz')],
];

/** `kubectl get componentstatuses`: not stored, but asked of the components at each read. */
export async function componentStatusHandler(
  core: ServerCore,
  served: ServedResource,
  request: ApiRequest,
  response: ApiResponse,
): Promise<void> {
  const format = new EntryFormat(served.definition.kind, 'v1', {});
  const endpoint = new Endpoint(served, new Resource(served.definition, new ResourceCache('', format)));
  const accepted = negotiate(request.headers.accept, endpoint.protobufForms);
  const form = representationFor(endpoint, request, accepted);
  const { info } = request.context;
  const asked = PROBES.filter(([name]) => info.verb === 'list' || name === info.name);
  if (info.verb === 'get' && asked.length === 0) throw newNotFound(endpoint.resource.groupResource, info.name);
  const entries = await Promise.all(asked.map(async ([name, probe]) => entryOf(format, await statusOf(core, name, probe))));
  const [first] = entries;
  const body = info.verb === 'get' && first ? form.object(first) : form.list(entries, {});
  return sendEncoded(request, response, 200, body, accepted);
}

async function statusOf(core: ServerCore, name: string, probe: Probe): Promise<corev1.ComponentStatus> {
  const condition: corev1.ComponentCondition = await probe(core).then(
    (message) => ({ type: 'Healthy', status: 'True', message }),
    (error: Error) => ({ type: 'Healthy', status: 'False', message: error.message }),
  );
  return { apiVersion: 'v1', kind: 'ComponentStatus', metadata: { name }, conditions: [condition] };
}

function entryOf(format: EntryFormat, status: corev1.ComponentStatus): Entry {
  return format.read({ key: status.metadata.name ?? '', value: format.encode(status), createRevision: 0, modRevision: 0 }, status);
}

/** The component's certificate is its own, and nothing secret is sent: it is not checked, as upstream. */
function probeHealth(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = httpsRequest(url, { rejectUnauthorized: false, agent: false, timeout: PROBE_MS }, (answer) => {
      answer.resume();
      if (answer.statusCode === 200) resolve('ok');
      else reject(new Error(`${url} answered ${answer.statusCode ?? 0}`));
    });
    asking.once('timeout', () => asking.destroy(new Error(`${url} did not answer in ${PROBE_MS / 1000} s`)));
    asking.once('error', (error) => reject(new Error(`Get "${url}": ${error.message}`)));
    asking.end();
  });
}

function withinTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer in ${PROBE_MS / 1000} s`)), PROBE_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
