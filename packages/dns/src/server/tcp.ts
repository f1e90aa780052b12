import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { ListenOptions } from './listen';
import { MessageReader, withLength } from './stream';

/** Time in which a connection may be silent (RFC 7766 wants some seconds), and how many there may be. */
const IDLE_MS = 10_000;
const MAX_CONNECTIONS = 1000;

/** Serves requests over connections, until the signal is aborted: those of one connection one after the other. Rejects where the port cannot be had. */
export async function serveTcp({ host, port, respond, onListening }: ListenOptions, signal: AbortSignal): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    void serveConnection(socket, respond);
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, 'listening');
  onListening((server.address() as AddressInfo).port);
  if (!signal.aborted) await once(signal, 'abort');
  const closed = once(server, 'close');
  server.close();
  for (const socket of sockets) socket.destroy();
  await closed;
}

async function serveConnection(socket: Socket, respond: ListenOptions['respond']): Promise<void> {
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  const family = socket.remoteFamily === 'IPv6' ? 'IPv6' : 'IPv4';
  const reader = new MessageReader();
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      reader.push(chunk);
      for (let bytes = reader.next(); bytes; bytes = reader.next()) {
        const response = await respond({ bytes, transport: 'tcp', family });
        if (!response) return;
        if (!socket.write(withLength(response))) await once(socket, 'drain');
      }
    }
  } catch {
    // The client has gone: there is nobody to tell.
  } finally {
    socket.destroy();
  }
}
