import { type Duplex, Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import { type ChannelProtocol, encodeMessage } from './channel-protocol';

/** A connection, and how messages look on it. */
export interface Link {
  readonly socket: WebSocket;
  readonly protocol: ChannelProtocol;
}

/** A client that reads nothing holds back what writes to it from here on. */
const MAX_BUFFERED_BYTES = 1 << 20;

const NORMAL_CLOSURE = 1000;

/**
 * Ends the conversation, and then at once our side of the connection below, as Go's server does: the Python client looks for one message each time that
 * something comes in, and finds the last of several only when the connection ends.
 */
export function closeWith(socket: WebSocket, transport: Duplex): void {
  socket.close(NORMAL_CLOSURE);
  transport.end();
}

/** Writes to one of the channels that share the connection. */
export function channelWriter(link: Link, channel: number): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      send(link, channel, chunk).then(() => done(), done);
    },
  }).on('error', () => undefined);
}

/** Sends to a channel. Resolves at once while little is buffered, else when this message is out. */
export function send({ socket, protocol }: Link, channel: number, content: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const isFull = socket.bufferedAmount > MAX_BUFFERED_BYTES;
    socket.send(encodeMessage(protocol, channel, content), { binary: !protocol.isBase64 }, (error) => (error ? reject(error) : resolve()));
    if (!isFull) resolve();
  });
}

/** Ends the writer, and waits until it has written all. */
export function ended(writer: Writable): Promise<void> {
  return new Promise((resolve) => {
    writer.once('close', resolve);
    writer.end();
    if (writer.closed) resolve();
  });
}

export function toBuffer(data: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
