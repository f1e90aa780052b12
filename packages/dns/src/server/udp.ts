import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Logger } from '@typekube/component-base';
import type { ListenOptions } from './listen';

/** Serves requests that come one in a datagram, until the signal is aborted. Rejects where the port cannot be had. */
export async function serveUdp({ host, port, respond, onListening, log }: ListenOptions, signal: AbortSignal): Promise<void> {
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' });
  socket.on('message', (bytes, from) => answer(bytes, from, { socket, respond, log }));
  socket.bind(port, host);
  await once(socket, 'listening');
  // From here on an error is of one datagram, such as a client that has gone.
  socket.on('error', (error) => log.warn('UDP socket', { error: error.message }));
  onListening(socket.address().port);
  if (!signal.aborted) await once(signal, 'abort');
  socket.close();
}

interface Context {
  readonly socket: Socket;
  readonly respond: ListenOptions['respond'];
  readonly log: Logger;
}

function answer(bytes: Buffer, { address, port, family }: RemoteInfo, { socket, respond, log }: Context): void {
  // Only who forges datagrams sends from there; nothing can be sent back.
  if (port === 0) return;
  const send = (message: Buffer): void => {
    // The socket is closed while requests still wait for upstream resolvers, at the end.
    socket.send(message, port, address, (error) => error && log.v(2)?.info('An answer could not be sent', { error: error.message }));
  };
  const response = respond({ bytes, transport: 'udp', family });
  if (response instanceof Promise) void response.then((message) => isOpen(socket) && send(message));
  else if (response) send(response);
}

function isOpen(socket: Socket): boolean {
  try {
    socket.address();
    return true;
  } catch {
    return false;
  }
}
