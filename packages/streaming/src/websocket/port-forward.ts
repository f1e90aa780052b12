import type { Duplex, Writable } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { failureText, type PortForwardOptions } from '../port-forward';
import type { Upgrade } from '../upgrade';
import type { ChannelProtocol } from './channel-protocol';
import { channelWriter, closeWith, ended, toBuffer } from './channels';

/** What the Python and the JavaScript client forward ports by: two channels for each port, for data and for errors, and no tunnel. */
export const WEBSOCKET_PORT_FORWARD = 'v4.channel.k8s.io';

const PROTOCOL: ChannelProtocol = { name: WEBSOCKET_PORT_FORWARD, isBase64: false, hasStatus: false };

/** Serves connections to those ports, one to each, until all of them have ended or the client is gone. */
export async function webSocketPortForward(upgrade: Upgrade, options: PortForwardOptions): Promise<void> {
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => WEBSOCKET_PORT_FORWARD });
  const socket = await new Promise<WebSocket>((resolve) => {
    server.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (opened) => {
      // What comes before there is a target waits, and so does the client.
      opened.pause();
      resolve(opened);
    });
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const input = new Map<number, Writable>();
  socket.on('message', (data) => {
    const message = toBuffer(data);
    const target = input.get(message[0] ?? -1);
    if (!target || target.writableEnded || target.write(message.subarray(1))) return;
    socket.pause();
    target.once('drain', () => socket.resume());
  });
  const forwards = options.ports.map((port, index) => forward(socket, { port, index, input }, options));
  await Promise.allSettled(forwards.map(({ dialled }) => dialled));
  socket.resume();
  await Promise.race([closed, Promise.all(forwards.map(({ done }) => done))]);
  closeWith(socket, upgrade.socket);
  for (const { dialled } of forwards) void dialled.then((target) => target.destroy(), () => undefined);
}

interface Place {
  readonly port: number;
  readonly index: number;
  /** Where the messages of each channel go. */
  readonly input: Map<number, Writable>;
}

interface Forward {
  readonly dialled: Promise<Duplex>;
  /** The target has said all that it had to, or could not be reached, as the client was told. */
  readonly done: Promise<void>;
}

function forward(socket: WebSocket, { port, index, input }: Place, options: PortForwardOptions): Forward {
  const link = { socket, protocol: PROTOCOL };
  const [data, errors] = [channelWriter(link, 2 * index), channelWriter(link, 2 * index + 1)];
  // Both channels begin with the port that they are for.
  const name = Buffer.alloc(2);
  name.writeUInt16LE(port);
  for (const channel of [data, errors]) channel.write(name);
  const dialled = options.dial(port);
  const done = (async () => {
    try {
      const target = await dialled;
      input.set(2 * index, target);
      await copied(target, data);
    } catch (error) {
      errors.write(failureText(port, options.pod, error));
    }
    await Promise.all([data, errors].map(ended));
  })();
  return { dialled, done };
}

/** Copies until the source ends; rejects with its error. */
function copied(source: Duplex, sink: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    source.on('error', reject);
    source.once('close', resolve);
    source.once('end', resolve);
    source.pipe(sink, { end: false });
  });
}
