import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';

/** The prefix of protocols that are spoken over SPDY within a WebSocket: what kubectl 1.31 and newer forwards ports by. */
export const TUNNEL_PREFIX = 'SPDY/3.1+';

/** Clients send what they read from a connection, some tens of kilobytes; a message is held in memory as a whole. */
const MAX_MESSAGE_BYTES = 16 << 20;

/** The protocols within the tunnel that a client asks for: `portforward.k8s.io`. Empty: it asks for no tunnel. */
export function tunnelledProtocols({ headers }: Pick<IncomingMessage, 'headers'>): string[] {
  const asked = (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  return asked.filter((protocol) => protocol.startsWith(TUNNEL_PREFIX)).map((protocol) => protocol.slice(TUNNEL_PREFIX.length));
}

/**
 * Does the handshake and gives the bytes within the messages as a stream. `ws` knows no protocol with a slash in its name, which is no token of HTTP: it neither sees the
 * request's header nor writes the answer's.
 */
export function acceptTunnel(upgrade: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer }, protocol: string): Promise<Duplex> {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  server.on('headers', (lines) => lines.push(`Sec-WebSocket-Protocol: ${TUNNEL_PREFIX}${protocol}`));
  delete upgrade.request.headers['sec-websocket-protocol'];
  return new Promise((resolve) => {
    server.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (socket) => resolve(createWebSocketStream(socket)));
  });
}
