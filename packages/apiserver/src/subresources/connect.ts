import type { KubeObject } from '@typekube/apimachinery';
import type { ServedResource } from '@typekube/api';
import { admitAction } from '../admission/admit-action';
import type { ServerCore } from '../handlers/core';
import { writeRequest } from '../handlers/write-options';
import type { ApiRequest } from '../http/messages';

/** Options of a connection, as upstream's kinds have them. */
export type ConnectKind =
  | 'PodExecOptions'
  | 'PodAttachOptions'
  | 'PodPortForwardOptions'
  | 'PodProxyOptions'
  | 'ServiceProxyOptions'
  | 'NodeProxyOptions';

/**
 * Runs admission for a connection (`CONNECT`): exec, attach, port-forward, proxy. Plugins see the options in the query as an object of
 * their kind.
 */
export async function admitConnection(core: ServerCore, served: ServedResource, request: ApiRequest, kind: ConnectKind): Promise<void> {
  const { resource } = core.endpoints.endpoint(served);
  const write = { ...writeRequest(request, served, resource, false), options: () => undefined };
  await admitAction(write, 'CONNECT', connectOptions(kind, request.context.query), core.writes);
}

/** Fields that upstream reads as booleans, lists and numbers; all others are text. */
const BOOLEANS: ReadonlySet<string> = new Set(['stdin', 'stdout', 'stderr', 'tty']);
const LISTS: ReadonlySet<string> = new Set(['command', 'ports']);

function connectOptions(kind: ConnectKind, query: URLSearchParams): KubeObject {
  const fields: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    if (LISTS.has(name)) fields[name] = name === 'ports' ? values.flatMap((text) => text.split(',')).map(Number) : values;
    else if (BOOLEANS.has(name)) fields[name] = values[0] === 'true' || values[0] === '1' || values[0] === '';
    else fields[name] = values[0] ?? '';
  }
  return { ...fields, apiVersion: 'v1', kind, metadata: {} };
}
