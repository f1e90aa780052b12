import type { ServedResource } from '@typekube/api';
import { admitAction } from '../admission/admit-action';
import type { ServerCore } from '../handlers/core';
import { writeRequest } from '../handlers/write-options';
import type { ApiRequest } from '../http/messages';
import { type Connection, connectionOf, type ConnectKind, readOptions } from './connect-options';

/**
 * Runs admission for a connection (`CONNECT`): exec, attach, port-forward, proxy. Plugins see the options in the query as an object of
 * their kind; what they make of it is what is connected. `path` is that behind a proxy.
 */
export async function admitConnection(core: ServerCore, served: ServedResource, request: ApiRequest, kind: ConnectKind, path = ''): Promise<Connection> {
  const { resource } = core.endpoints.endpoint(served);
  const write = { ...writeRequest(request, served, resource, false), options: () => undefined };
  const { query } = request.context;
  const options = readOptions(kind, kind.endsWith('ProxyOptions') ? new URLSearchParams({ path }) : query);
  await admitAction(write, 'CONNECT', options, core.writes);
  return connectionOf({ ...options });
}
