import { PassThrough } from 'node:stream';
import { WebSocketServer } from 'ws';
import { outcomeStatus, outcomeText, parseTerminalSize, type RemoteCommandOptions, type RemoteCommandSession, ResizeQueue } from '../remote-command';
import type { Upgrade } from '../upgrade';
import { type ChannelProtocol, decodeMessage } from './channel-protocol';
import { channelWriter, closeWith, ended, type Link, send, toBuffer } from './channels';

const Channel = { Stdin: 0, Stdout: 1, Stderr: 2, Error: 3, Resize: 4, Close: 255 } as const;

/** Does the handshake and gives the session. The request has been checked to ask for one of the protocols. */
export function webSocketRemoteCommand(
  upgrade: Upgrade,
  protocol: ChannelProtocol,
  options: RemoteCommandOptions,
): Promise<RemoteCommandSession> {
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => protocol.name });
  return new Promise((resolve) => {
    // The session listens before this turn ends: what the client has sent already comes in the next.
    server.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (socket) =>
      resolve(session({ socket, protocol }, options, () => closeWith(socket, upgrade.socket))),
    );
  });
}

function session(link: Link, { stdin, stdout, stderr, tty }: RemoteCommandOptions, close: () => void): RemoteCommandSession {
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
      close();
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
