import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Member } from '@typekube/component-base';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
}

/** Reads `0.0.0.0:8080`, `:8080`, `[::]:8080`. Undefined for anything else. */
export function parseHostPort(text: string): HostPort | undefined {
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  return port === undefined || Number(port) > 65_535 ? undefined : { host: bracketed ?? (plain || '0.0.0.0'), port: Number(port) };
}

/** One path behind an address of its own, without TLS, as CoreDNS has them. Nothing where there is no address. */
export function endpointMember(path: string, address: HostPort | undefined, answer: () => HttpAnswer | Promise<HttpAnswer>): Member[] {
  if (!address) return [];
  return [{ name: path.slice(1), run: ({ signal, ready }) => serve({ path, address, answer, ready }, signal) }];
}

interface Served {
  readonly path: string;
  readonly address: HostPort;
  readonly answer: () => HttpAnswer | Promise<HttpAnswer>;
  readonly ready: () => void;
}

async function serve({ path, address, answer, ready }: Served, signal: AbortSignal): Promise<void> {
  const server = createServer((request, response) => void respond(request, response, { path, answer }));
  server.listen(address.port, address.host);
  await once(server, 'listening');
  ready();
  if (!signal.aborted) await once(signal, 'abort');
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

async function respond(request: IncomingMessage, response: ServerResponse, { path, answer }: Pick<Served, 'path' | 'answer'>): Promise<void> {
  const isThere = request.url?.split('?')[0] === path;
  const { status, body, contentType = 'text/plain; charset=utf-8' } = isThere ? await answer() : { status: 404, body: '404 page not found\n' };
  response.writeHead(status, { 'content-type': contentType, 'x-content-type-options': 'nosniff' }).end(body);
}
