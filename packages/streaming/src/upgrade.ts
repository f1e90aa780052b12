import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RemoteCommandOptions, RemoteCommandSession } from './remote-command';
import type { PortForwardOptions } from './port-forward';
import { PORT_FORWARD_PROTOCOL, spdyPortForward } from './spdy/port-forward';
import { SPDY_REMOTE_COMMAND, spdyRemoteCommand } from './spdy/remote-command';
import { chooseChannelProtocol, WEBSOCKET_REMOTE_COMMAND } from './websocket/channel-protocol';
import { WEBSOCKET_PORT_FORWARD, webSocketPortForward } from './websocket/port-forward';
import { webSocketRemoteCommand } from './websocket/remote-command';

/** A request to change protocols, as node:http gives it. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What came behind the request already. */
  readonly head: Buffer;
}

/**
 * Answers a request for exec or attach by SPDY/3.1 or WebSocket, as it asks, and gives the session. Undefined if the request was refused; the
 * client has its answer then.
 */
export async function acceptRemoteCommand(upgrade: Upgrade, options: RemoteCommandOptions): Promise<RemoteCommandSession | undefined> {
  const { request, socket } = upgrade;
  if (isWebSocket(request)) {
    const protocol = chooseChannelProtocol(listHeader(request, 'sec-websocket-protocol'));
    if (protocol !== undefined) return webSocketRemoteCommand(upgrade, protocol, options);
    refuse(socket, 400, `unable to negotiate protocol: server supports [${WEBSOCKET_REMOTE_COMMAND.join(' ')}]`);
    return undefined;
  }
  const protocol = startSpdy(upgrade, SPDY_REMOTE_COMMAND);
  return protocol === undefined ? undefined : spdyRemoteCommand(socket, protocol, options);
}

/** Serves a request for port-forward by SPDY/3.1 or WebSocket, as it asks, until the client is gone. */
export async function acceptPortForward(upgrade: Upgrade, options: PortForwardOptions): Promise<void> {
  if (isWebSocket(upgrade.request)) {
    const asked = listHeader(upgrade.request, 'sec-websocket-protocol');
    if (asked.includes(WEBSOCKET_PORT_FORWARD)) return webSocketPortForward(upgrade, options);
    return refuse(upgrade.socket, 400, `unable to negotiate protocol: server supports [${WEBSOCKET_PORT_FORWARD}]`);
  }
  if (startSpdy(upgrade, [PORT_FORWARD_PROTOCOL]) !== undefined) await spdyPortForward(upgrade.socket, options);
}

/** Switches to SPDY and gives the protocol on top of it; undefined if the request was refused. A client that names none gets the oldest. */
function startSpdy({ request, socket, head }: Upgrade, supported: readonly string[]): string | undefined {
  if (request.headers.upgrade?.toLowerCase() !== 'spdy/3.1') {
    refuse(socket, 400, `unable to upgrade: unsupported protocol "${request.headers.upgrade ?? ''}"`);
    return undefined;
  }
  const asked = listHeader(request, 'x-stream-protocol-version');
  const protocol = asked.length ? choose(asked, supported) : supported.at(-1);
  if (protocol === undefined) {
    const list = supported.map((name) => `X-Accepted-Stream-Protocol-Versions: ${name}\r\n`).join('');
    refuse(socket, 403, `unable to upgrade: unable to negotiate protocol: client supports [${asked.join(' ')}], server accepts [${supported.join(' ')}]`, list);
    return undefined;
  }
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`);
  if (head.length) socket.unshift(head);
  return protocol;
}

export function isWebSocket({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** Answers a request to upgrade with an error, and ends the connection. */
export function refuse(socket: Duplex, code: number, message: string, headers = ''): void {
  const body = `${message}\n`;
  // What still comes is read and thrown away: an unread connection would never close.
  socket.on('error', () => undefined).resume();
  socket.end(`HTTP/1.1 ${code} ${REASONS[code] ?? 'Error'}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

const REASONS: Readonly<Record<number, string>> = { 400: 'Bad Request', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 500: 'Internal Server Error', 502: 'Bad Gateway', 503: 'Service Unavailable' };

/** The best of ours that the client has too. */
function choose(asked: readonly string[], supported: readonly string[]): string | undefined {
  return supported.find((protocol) => asked.includes(protocol));
}

/** A header that may come several times, each time with a list. Go's clients send one line for each protocol. */
function listHeader({ headers, rawHeaders }: IncomingMessage, name: string): string[] {
  const values = rawHeaders.filter((_text, position) => position % 2 === 1 && rawHeaders[position - 1]?.toLowerCase() === name);
  const texts = values.length ? values : [headers[name] ?? ''].flat();
  return texts.flatMap((text) => text.split(',')).map((text) => text.trim()).filter(Boolean);
}
