import type { IncomingMessage } from 'node:http';
import { type Duplex, PassThrough, Writable } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Outcome, outcomeStatus, parseTerminalSize, type RemoteCommandOptions, type RemoteCommandSession, ResizeQueue } from '../remote-command';

/** Versions of the protocol over WebSocket, the best first. Version 5 can close the input alone. */
export const WEBSOCKET_REMOTE_COMMAND = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;

const Channel = { Stdin: 0, Stdout: 1, Stderr: 2, Error: 3, Resize: 4, Close: 255 } as const;

/** A client that reads nothing holds the command back from here on. */
const MAX_BUFFERED_BYTES = 1 << 20;

const NORMAL_CLOSURE = 1000;

/** Does the handshake and gives the session. The request has been checked to ask for one of the protocols. */
export function webSocketRemoteCommand(
  upgrade: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
  protocol: string,
  options: RemoteCommandOptions,
): Promise<RemoteCommandSession> {
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => protocol });
  return new Promise((resolve) => {
    server.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (socket) => resolve(session(socket, options)));
  });
}

function session(socket: WebSocket, { stdin, stdout, stderr, tty }: RemoteCommandOptions): RemoteCommandSession {
  const input = stdin ? new PassThrough() : undefined;
  const sizes = new ResizeQueue();
  socket.on('message', (data) => receive(toBuffer(data), { input, sizes, socket }));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      input?.end();
      resolve();
    });
  });
  const output = stdout ? channelWriter(socket, Channel.Stdout) : undefined;
  const errors = stderr && !tty ? channelWriter(socket, Channel.Stderr) : undefined;
  return {
    stdin: input,
    stdout: output,
    stderr: errors,
    onResize: (listener) => sizes.listen(listener),
    closed,
    finish: async (outcome) => {
      await Promise.all([output, errors].filter((writer) => writer !== undefined).map(ended));
      await send(socket, Channel.Error, Buffer.from(outcomeText(outcome))).catch(() => undefined);
      socket.close(NORMAL_CLOSURE);
    },
  };
}

function outcomeText(outcome: Outcome): string {
  return JSON.stringify(outcomeStatus(outcome));
}

interface Receiver {
  readonly input: PassThrough | undefined;
  readonly sizes: ResizeQueue;
  readonly socket: WebSocket;
}

function receive(message: Buffer, { input, sizes, socket }: Receiver): void {
  const [channel] = message;
  const content = message.subarray(1);
  if (channel === Channel.Stdin && input && !input.writableEnded) {
    if (!input.write(content)) {
      socket.pause();
      input.once('drain', () => socket.resume());
    }
  } else if (channel === Channel.Resize) sizes.push(parseTerminalSize(content.toString('utf8')));
  else if (channel === Channel.Close && content[0] === Channel.Stdin) input?.end();
}

function channelWriter(socket: WebSocket, channel: number): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      send(socket, channel, chunk).then(() => done(), done);
    },
  }).on('error', () => undefined);
}

/** Resolves at once while little is buffered, else when this message is out. */
function send(socket: WebSocket, channel: number, content: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const isFull = socket.bufferedAmount > MAX_BUFFERED_BYTES;
    socket.send(Buffer.concat([Buffer.from([channel]), content]), { binary: true }, (error) => (error ? reject(error) : resolve()));
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
