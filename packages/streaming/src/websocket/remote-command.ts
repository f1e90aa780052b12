import type { IncomingMessage } from 'node:http';
import { type Duplex, PassThrough, Writable } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { outcomeStatus, outcomeText, parseTerminalSize, type RemoteCommandOptions, type RemoteCommandSession, ResizeQueue } from '../remote-command';
import { type ChannelProtocol, decodeMessage, encodeMessage } from './channel-protocol';

const Channel = { Stdin: 0, Stdout: 1, Stderr: 2, Error: 3, Resize: 4, Close: 255 } as const;

/** A client that reads nothing holds the command back from here on. */
const MAX_BUFFERED_BYTES = 1 << 20;

const NORMAL_CLOSURE = 1000;

/** Does the handshake and gives the session. The request has been checked to ask for one of the protocols. */
export function webSocketRemoteCommand(
  upgrade: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
  protocol: ChannelProtocol,
  options: RemoteCommandOptions,
): Promise<RemoteCommandSession> {
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => protocol.name });
  return new Promise((resolve) => {
    server.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (socket) => resolve(session({ socket, protocol }, options)));
  });
}

/** A connection, and how messages look on it. */
interface Link {
  readonly socket: WebSocket;
  readonly protocol: ChannelProtocol;
}

function session(link: Link, { stdin, stdout, stderr, tty }: RemoteCommandOptions): RemoteCommandSession {
  const input = stdin ? new PassThrough() : undefined;
  const sizes = new ResizeQueue();
  const { socket, protocol } = link;
  socket.on('message', (data) => receive(toBuffer(data), { input, sizes, link }));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      input?.end();
      resolve();
    });
  });
  const output = stdout ? channelWriter(link, Channel.Stdout) : undefined;
  const errors = stderr && !tty ? channelWriter(link, Channel.Stderr) : undefined;
  return {
    stdin: input,
    stdout: output,
    stderr: errors,
    onResize: (listener) => sizes.listen(listener),
    closed,
    finish: async (outcome) => {
      await Promise.all([output, errors].filter((writer) => writer !== undefined).map(ended));
      const text = protocol.hasStatus ? JSON.stringify(outcomeStatus(outcome)) : outcomeText(outcome);
      if (text) await send(link, Channel.Error, Buffer.from(text)).catch(() => undefined);
      socket.close(NORMAL_CLOSURE);
    },
  };
}

interface Receiver {
  readonly input: PassThrough | undefined;
  readonly sizes: ResizeQueue;
  readonly link: Link;
}

function receive(message: Buffer, { input, sizes, link: { socket, protocol } }: Receiver): void {
  const { channel, content } = decodeMessage(protocol, message);
  if (channel === Channel.Stdin && input && !input.writableEnded) {
    if (!input.write(content)) {
      socket.pause();
      input.once('drain', () => socket.resume());
    }
  } else if (channel === Channel.Resize) sizes.push(parseTerminalSize(content.toString('utf8')));
  else if (channel === Channel.Close && content[0] === Channel.Stdin) input?.end();
}

function channelWriter(link: Link, channel: number): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      send(link, channel, chunk).then(() => done(), done);
    },
  }).on('error', () => undefined);
}

/** Resolves at once while little is buffered, else when this message is out. */
function send({ socket, protocol }: Link, channel: number, content: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const isFull = socket.bufferedAmount > MAX_BUFFERED_BYTES;
    socket.send(encodeMessage(protocol, channel, content), { binary: !protocol.isBase64 }, (error) => (error ? reject(error) : resolve()));
    if (!isFull) resolve();
  });
}

function ended(writer: Writable): Promise<void> {
  return new Promise((resolve) => {
    writer.once('close', resolve);
    writer.end();
    if (writer.closed) resolve();
  });
}

function toBuffer(data: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
