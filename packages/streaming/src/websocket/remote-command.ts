import { PassThrough } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Outcome, outcomeStatus, parseTerminalSize, type RemoteCommandOptions, type RemoteCommandSession, ResizeQueue } from '../remote-command';
import type { Upgrade } from '../upgrade';
import { channelWriter, closeWith, ended, send, toBuffer } from './channels';

/** Versions of the protocol over WebSocket, the best first. Version 5 can close the input alone. */
export const WEBSOCKET_REMOTE_COMMAND = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;

const Channel = { Stdin: 0, Stdout: 1, Stderr: 2, Error: 3, Resize: 4, Close: 255 } as const;

/** Does the handshake and gives the session. The request has been checked to ask for one of the protocols. */
export function webSocketRemoteCommand(
  upgrade: Upgrade,
  protocol: string,
  options: RemoteCommandOptions,
): Promise<RemoteCommandSession> {
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => protocol });
  return new Promise((resolve) => {
    server.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (socket) => resolve(session(socket, options, () => closeWith(socket, upgrade.socket))));
  });
}

function session(socket: WebSocket, { stdin, stdout, stderr, tty }: RemoteCommandOptions, close: () => void): RemoteCommandSession {
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
      close();
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
